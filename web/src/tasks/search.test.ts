import { describe, expect, it } from 'vitest'
import { isFiltered, listRequest, nextOrder, readSearch, toggleStatus } from './search'

describe('readSearch', () => {
  it('keeps what it knows', () => {
    const raw = { q: '^resnet', status: 'running,failed', project: 'p1', order: '-name' }
    expect(readSearch(raw)).toEqual(raw)
  })

  it('drops what it does not know', () => {
    expect(readSearch({ q: '', status: 'lost', order: 'colour', page: '7' })).toEqual({})
    expect(readSearch({ q: 7, status: null, order: [] })).toEqual({})
  })

  it('writes statuses in one order and leaves the default order out', () => {
    expect(readSearch({ status: 'failed,draft,failed', order: '-last_update' })).toEqual({
      status: 'draft,failed',
    })
  })
})

describe('toggleStatus', () => {
  it('adds, removes, and ends with no filter', () => {
    expect(toggleStatus(undefined, 'failed')).toBe('failed')
    expect(toggleStatus('failed', 'running')).toBe('running,failed')
    expect(toggleStatus('running,failed', 'running')).toBe('failed')
    expect(toggleStatus('failed', 'failed')).toBeUndefined()
  })
})

describe('nextOrder', () => {
  it('starts names ascending and dates descending, then turns round', () => {
    expect(nextOrder({}, 'name')).toBe('name')
    expect(nextOrder({ order: 'name' }, 'name')).toBe('-name')
    expect(nextOrder({ order: 'name' }, 'last_update')).toBeUndefined()
    expect(nextOrder({}, 'last_update')).toBe('last_update')
  })
})

describe('listRequest', () => {
  it('asks for everything but archived tasks, newest first', () => {
    const request = listRequest({}, 0)
    expect(request).toMatchObject({
      page: 0,
      page_size: 500,
      order_by: ['-last_update'],
      system_tags: ['-archived'],
    })
    expect(Object.keys(request)).not.toContain('_any_')
    expect(Object.keys(request)).not.toContain('status')
    expect(Object.keys(request)).not.toContain('project')
  })

  it('turns words into the grammar of the wire', () => {
    const search = { q: 'a.b', status: 'draft,completed', project: 'p1', order: 'name' }
    expect(listRequest(search, 3)).toMatchObject({
      page: 3,
      order_by: ['name'],
      status: ['created', 'completed', 'closed'],
      _any_: { fields: ['name', 'id'], pattern: 'a.b' },
      project: ['p1'],
      include_subprojects: true,
    })
  })
})

it('isFiltered ignores the order', () => {
  expect(isFiltered({ order: 'name' })).toBe(false)
  expect(isFiltered({ status: 'failed' })).toBe(true)
})
