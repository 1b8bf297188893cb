import { expect, test } from 'vitest'
import { escapePattern, lastPart, namesAbove } from './projectName'

test('the projects above one are named from the root down', () => {
  expect(namesAbove('a/b/c')).toEqual(['a', 'a/b'])
  expect(namesAbove('a')).toEqual([])
  expect(lastPart('a/b/c')).toBe('c')
  expect(lastPart('a')).toBe('a')
})

test('a name with signs of regular expressions matches only itself', () => {
  for (const name of ['a.b', 'c++', '(x)', '[y]', 'a|b', '^$', 'back\\slash', 'a-b/c']) {
    const pattern = new RegExp(`^${escapePattern(name)}$`)
    expect(pattern.test(name)).toBe(true)
    expect(pattern.test(`${name}x`)).toBe(false)
  }
  expect(new RegExp(`^${escapePattern('a.b')}$`).test('axb')).toBe(false)
})
