import { expect, it } from 'vitest'
import { usualRange } from './outliers'

it('leaves out what lies far from most values, and nothing else', () => {
  const curve = Array.from({ length: 100 }, (_, at) => Math.sin(at / 9))
  const [least, greatest] = [Math.min(...curve), Math.max(...curve)]
  expect(usualRange(curve)).toEqual([least, greatest])
  expect(usualRange([...curve, 1_000, -50])).toEqual([least, greatest])
  expect(usualRange([...curve, 2])).toEqual([least, 2])
})

it('knows lines without spread, gaps and nothing', () => {
  expect(usualRange([5, 5, 5, 5, 5, 90])).toEqual([5, 5])
  expect(usualRange([null, 1, undefined, 2])).toEqual([1, 2])
  expect(usualRange([7])).toEqual([7, 7])
  expect(usualRange([null])).toBeUndefined()
})
