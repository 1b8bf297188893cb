import { expect, test } from 'vitest'
import { timeSeries } from './series'

const HOUR = 3_600_000

test('periods without calls are zero', () => {
  const sum = { failed: 0, mean_latency_ms: 1, compute_seconds: 0, mode: 'stable' }
  const sums = [
    { ...sum, time: 4 * HOUR, calls: 3 },
    { ...sum, time: 2 * HOUR, calls: 5 },
  ]
  expect(timeSeries(sums, 'hour', ({ calls }) => calls)).toEqual({
    dates: [HOUR, 2 * HOUR, 3 * HOUR, 4 * HOUR],
    values: [0, 5, 0, 3],
  })
  expect(timeSeries([], 'day', ({ calls }) => calls)).toEqual({ dates: [], values: [] })
})
