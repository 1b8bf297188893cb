import { expect, test } from 'vitest'
import { niceTicks, rangeOf } from './ticks'

test.each([
  [0, 10, 5, [0, 2, 4, 6, 8, 10]],
  [0.03, 0.31, 3, [0.1, 0.2, 0.3]],
  [-1, 1, 4, [-1, -0.5, 0, 0.5, 1]],
  [1e9, 1.4e9, 4, [1e9, 1.1e9, 1.2e9, 1.3e9, 1.4e9]],
  [5, 5, 4, [5]],
])('from %d to %d about %d steps', (min, max, count, ticks) => {
  expect(niceTicks(min, max, count)).toEqual(ticks)
})

test('a range has room around its values, whatever they are', () => {
  expect(rangeOf([])).toEqual([0, 1])
  expect(rangeOf([0])).toEqual([-1, 1])
  const [min, max] = rangeOf([2, 8, 4])
  expect(min).toBeLessThan(2)
  expect(max).toBeGreaterThan(8)
  const [low, high] = rangeOf([-50])
  expect(low).toBeLessThan(-50)
  expect(high).toBeGreaterThan(-50)
})
