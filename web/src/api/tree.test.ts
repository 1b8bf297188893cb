import { expect, test } from 'vitest'
import { atPath, withPath } from './tree'

test('a value is found by its path, and only what is stored', () => {
  const tree = { theme: 'dark', tables: { tasks: { width: 40 } } }
  expect(atPath(tree, 'theme')).toBe('dark')
  expect(atPath(tree, 'tables.tasks.width')).toBe(40)
  expect(atPath(tree, 'tables.models.width')).toBeUndefined()
  expect(atPath(tree, 'theme.toString')).toBeUndefined()
  expect(atPath(tree, 'constructor')).toBeUndefined()
})

test('a change leaves the rest and the original as they were', () => {
  const tree = { theme: 'dark', tables: { tasks: 1 } }
  expect(withPath(tree, 'tables.models', 2)).toEqual({
    theme: 'dark',
    tables: { tasks: 1, models: 2 },
  })
  expect(withPath(tree, 'theme.nested', 3)).toEqual({ theme: { nested: 3 }, tables: { tasks: 1 } })
  expect(tree).toEqual({ theme: 'dark', tables: { tasks: 1 } })
})
