import { expect, test } from 'vitest'
import { readWorkersSearch } from './search'

test('an address is read, and what it cannot mean is dropped', () => {
  expect(readWorkersSearch({ period: '1w', worker: 'lab:gpu0' })).toEqual({
    period: '1w',
    worker: 'lab:gpu0',
  })
  expect(readWorkersSearch({ period: '3h', worker: '' })).toEqual({})
  expect(readWorkersSearch({ period: 'toString' })).toEqual({})
})
