import { expect, it } from 'vitest'
import { distributionOf } from './distribution'

it('numbers, also written as text, lie between the least and the greatest', () => {
  const found = distributionOf(['0', 1, '11', 12, 12, undefined])
  expect(found?.bars).toHaveLength(12)
  expect([found?.bars[0], found?.bars[1], found?.bars[11]]).toEqual([1 / 3, 1 / 3, 1])
  expect(found?.text).toBe('0 … 12 in 5 tasks')
})

it('one number is one bar', () => {
  expect(distributionOf([3, 3])).toEqual({ bars: [1], text: '3 in 2 tasks' })
})

it('texts are counted, by name', () => {
  const found = distributionOf(['sgd', 'adam', 'adam', ''])
  expect(found).toEqual({ bars: [1, 0.5], text: 'adam, sgd in 3 tasks' })
})

it('no value has no distribution', () => {
  expect(distributionOf([undefined, ''])).toBeUndefined()
})
