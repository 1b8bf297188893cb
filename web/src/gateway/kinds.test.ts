import { expect, test } from 'vitest'
import { readField, shownField } from './kinds'

test('what a form holds is what the interface takes, and back', () => {
  expect(readField('number', ' 12 ')).toBe(12)
  expect(readField('number', '')).toBeNull()
  expect(readField('lines', 'a\n\n b ')).toEqual(['a', 'b'])
  expect(readField('json', '{"a": 1}')).toEqual({ a: 1 })
  expect(() => readField('json', '{')).toThrow()
  expect(shownField('lines', ['a', 'b'])).toBe('a\nb')
  expect(shownField('json', { a: 1 })).toBe('{\n  "a": 1\n}')
  expect(shownField('number', null)).toBe('')
})
