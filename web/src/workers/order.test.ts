import { expect, test } from 'vitest'
import { moved } from './order'

test.each([
  [0, 2, ['b', 'c', 'a', 'd']],
  [3, 0, ['d', 'a', 'b', 'c']],
  [1, 1, ['a', 'b', 'c', 'd']],
  [1, 99, ['a', 'c', 'd', 'b']],
  [2, -5, ['c', 'a', 'b', 'd']],
  [7, 0, ['a', 'b', 'c', 'd']],
])('from place %d to place %d', (from, to, expected) => {
  expect(moved(['a', 'b', 'c', 'd'], from, to)).toEqual(expected)
})
