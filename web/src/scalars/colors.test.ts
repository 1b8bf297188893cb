import { expect, it } from 'vitest'
import { readColors, writeColor } from './colors'

it('chosen colours are kept whatever the names contain', () => {
  const colors = readColors(writeColor(readColors(undefined), 'a.b, 50 %', 3))
  expect(colors).toEqual(new Map([['a.b, 50 %', 3]]))
  const both = readColors(writeColor(colors, '__proto__', 0))
  expect([...both]).toEqual([
    ['a.b, 50 %', 3],
    ['__proto__', 0],
  ])
  expect(readColors(writeColor(both, 'a.b, 50 %', undefined))).toEqual(new Map([['__proto__', 0]]))
})

it('what is stored and makes no sense is left out', () => {
  for (const stored of [null, 'a', 7, { a: 1 }, [['a']], [['a', 12]], [['a', -1]], [['a', 1.5]]]) {
    expect(readColors(stored)).toEqual(new Map())
  }
  expect(readColors([['a', 'red'], null, [7, 7], ['b', 11]])).toEqual(new Map([['b', 11]]))
})
