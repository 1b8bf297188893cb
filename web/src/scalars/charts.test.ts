import { describe, expect, it } from 'vitest'
import { chartGroups, colorOf, isSampled } from './charts'

const byMetric = { bySeries: false }

const series = (name: string, ...y: number[]) => ({ name, x: y.map((_, at) => at), y })

describe('chartGroups', () => {
  const scalars = {
    'layer/10': { w: series('w', 1) },
    'layer/2': { w: series('w', 1, 2) },
    ':monitor:gpu': { utilisation: series('utilisation', 5) },
    loss: { train: series('train', 3, 2), val: series('val', 4) },
  }

  it('puts plain metrics first, prefixes next, machines last, in natural order', () => {
    const names = chartGroups(scalars, {}, byMetric).map((group) => [
      group.name,
      group.charts.map((chart) => chart.metric),
    ])
    expect(names).toEqual([
      ['', ['loss']],
      ['layer', ['layer/2', 'layer/10']],
      ['Machine', [':monitor:gpu']],
    ])
  })

  it('counts points shown and values reported', () => {
    const item = { metric: 'loss', value: 1 }
    const last = {
      a: {
        b: { ...item, variant: 'train', count: 900 },
        c: { ...item, variant: 'val', count: 100 },
      },
    }
    const loss = chartGroups(scalars, last, byMetric)[0]?.charts[0]
    expect(loss).toMatchObject({ points: 3, reported: 1000 })
    expect(loss && isSampled(loss)).toBe(true)
    const [train, val] = chartGroups(scalars, last, { bySeries: true })[0]?.charts ?? []
    expect(train).toMatchObject({ title: 'loss train', points: 2, reported: 900 })
    expect(val).toMatchObject({ title: 'loss val', points: 1, reported: 100 })
  })

  it('tells series of one colour apart by their dashes', () => {
    const names = Array.from({ length: 40 }, (_, at) => `series ${at}`)
    const variants = Object.fromEntries(names.map((name) => [name, series(name, 1)]))
    const lines = chartGroups({ many: variants }, {}, byMetric)[0]?.charts[0]?.lines ?? []
    const looks = new Set(lines.map((line) => `${line.color} ${line.dash}`))
    expect(looks.size).toBeGreaterThan(30)
    expect(lines.every((line) => line.color === colorOf(line.variant))).toBe(true)
  })
})
