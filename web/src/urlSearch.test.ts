import { describe, expect, it } from 'vitest'
import { readUrlSearch, writeUrlSearch } from './urlSearch'

describe('the query of an address', () => {
  it('is readable', () => {
    const search = { status: 'running,failed', zoom: '1:20', q: '', order: undefined, page: 7 }
    expect(writeUrlSearch(search)).toBe('?status=running,failed&zoom=1:20')
    expect(writeUrlSearch({})).toBe('')
  })

  it('comes back as it was, whatever a filter contains', () => {
    const search = { q: '^a+b c&d=#?%2C,"{}[]\\é😀', order: '123', status: 'true' }
    expect(readUrlSearch(writeUrlSearch(search))).toEqual(search)
  })

  it('takes the first of repeated names and nothing from prototypes', () => {
    expect(readUrlSearch('?q=a&q=b')).toEqual({ q: 'a' })
    expect(readUrlSearch('?toString=x').toString).toBe('x')
  })
})
