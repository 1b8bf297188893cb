import { expect, it } from 'vitest'
import { type Choice, NO_CHOICE, readChoice, turned, writeChoice } from './choices'

it('a choice survives the address, whatever the names hold', () => {
  const names = ['a,b', '-minus', '50%', 'ü', '-', '--']
  for (const choice of [
    NO_CHOICE,
    { include: names, exclude: [] },
    { include: [], exclude: names },
    { include: ['-'], exclude: names },
  ] as Choice[]) {
    expect(readChoice(writeChoice(choice))).toEqual(choice)
  }
  expect(readChoice('running,-failed,%zz')).toEqual({
    include: ['running', '%zz'],
    exclude: ['failed'],
  })
})

it('a value is asked for, then left out, then neither', () => {
  const asked = turned(NO_CHOICE, 'a')
  const left = turned(asked, 'a')
  expect(asked).toEqual({ include: ['a'], exclude: [] })
  expect(left).toEqual({ include: [], exclude: ['a'] })
  expect(turned(left, 'a')).toEqual(NO_CHOICE)
})
