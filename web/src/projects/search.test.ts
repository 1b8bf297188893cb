import { expect, test } from 'vitest'
import { openIn, readOverviewSearch, readProjectsSearch, toggleOpen } from './search'

test('an address is read, and what it cannot mean is dropped', () => {
  expect(readProjectsSearch({ q: 'park', order: 'name', view: 'tree', open: 'a,b' })).toEqual({
    q: 'park',
    order: 'name',
    view: 'tree',
    open: 'a,b',
  })
  expect(readProjectsSearch({ q: '', order: 'size', view: 7 })).toEqual({})
})

test('projects of the tree are opened and closed one by one', () => {
  const one = toggleOpen(undefined, 'a')
  expect(one).toBe('a')
  const two = toggleOpen(one, 'b')
  expect(openIn(two)).toEqual(new Set(['a', 'b']))
  expect(toggleOpen(two, 'a')).toBe('b')
  expect(toggleOpen('b', 'b')).toBeUndefined()
})

test('a snapshot names its metric by two hashes and nothing else', () => {
  expect(readOverviewSearch({ metric: 'ab12.cd34', value: 'max' })).toEqual({
    metric: 'ab12.cd34',
    value: 'max',
  })
  expect(readOverviewSearch({ metric: 'ab12.cd34.value', value: 'last' })).toEqual({})
})
