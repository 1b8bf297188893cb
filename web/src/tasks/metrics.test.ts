import { expect, it } from 'vitest'
import { headlineMetrics, metricLabel } from './metrics'

const item = (metric: string, variant: string) => ({ metric, variant, value: 1 })

it('lists a task’s own metrics by name', () => {
  const metrics = {
    a: { x: item('loss', 'val'), y: item('loss', 'train') },
    b: { x: item(':monitor:gpu', 'memory') },
    c: { x: item('Summary', 'AUC') },
    d: { x: item('epoch', 'epoch'), y: item('layer', '10'), z: item('layer', '2') },
  }
  expect(headlineMetrics(metrics).map(metricLabel)).toEqual([
    'AUC',
    'epoch',
    'layer 2',
    'layer 10',
    'loss train',
    'loss val',
  ])
})
