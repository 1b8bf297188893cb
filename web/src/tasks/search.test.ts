import { describe, expect, it } from 'vitest'
import { readColumns } from './columnChoice'
import { isFiltered, listRequest, nextOrder, readSearch } from './search'

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
    expect(readSearch({ status: '-lost,-failed,queued' })).toEqual({ status: 'queued,-failed' })
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

it('what is left out becomes the grammar of the wire', () => {
  const search = readSearch({
    status: 'queued,-completed',
    type: '-testing',
    user: '-u1',
    tags: 'a,-b,%2Dc,--d',
  })
  expect(listRequest(search, 0)).toMatchObject({
    status: ['queued', '-completed', '-closed'],
    type: ['-testing'],
    user: ['-u1'],
    filters: { tags: { all: { include: ['a', '-c'], exclude: ['b', '-d'] } } },
  })
  const any = { ...search, anyTag: '1' as const }
  expect(listRequest(any, 0)).toMatchObject({
    filters: { tags: { any: { include: ['a', '-c'] }, all: { exclude: ['b', '-d'] } } },
  })
})

it('isFiltered ignores the order', () => {
  expect(isFiltered({ order: 'name' })).toBe(false)
  expect(isFiltered({ status: 'failed' })).toBe(true)
})

describe('several orders, filters of every kind, columns', () => {
  const METRIC = `m:${'a'.repeat(32)}.${'b'.repeat(32)}.max_value:AUC:val`
  it('a click with Shift adds an order, another turns it round', () => {
    const order = nextOrder({ order: 'name' }, METRIC, true)
    expect(order).toBe(`name,-${METRIC}`)
    expect(nextOrder({ order }, METRIC, true)).toBe(`name,${METRIC}`)
    expect(nextOrder({ order }, 'type')).toBe('type')
  })

  it('become the grammar of the wire', () => {
    const search = readSearch({
      type: 'training',
      tags: 'a%2Cb,c',
      user: 'u1',
      parent: 't1',
      archive: '1',
      project: 'p1',
      own: '1',
      order: `-${METRIC},name`,
      range: `${METRIC}~0.5~,started~~2026-01-02`,
      columns: `name,colour,${METRIC},p:Args:lr`,
    })
    const columns = readColumns(search.columns)
    expect(listRequest(search, 0, columns)).toMatchObject({
      type: ['training'],
      filters: { tags: { all: { include: ['a,b', 'c'] } } },
      user: ['u1'],
      parent: ['t1'],
      system_tags: ['archived'],
      include_subprojects: false,
      order_by: [`-last_metrics.${'a'.repeat(32)}.${'b'.repeat(32)}.max_value`, 'name'],
      [`last_metrics.${'a'.repeat(32)}.${'b'.repeat(32)}.max_value`]: [0.5, null],
      started: [null, '2026-01-02'],
    })
    expect(columns.map(({ kind }) => kind)).toEqual(['standard', 'metric', 'parameter'])
  })
})
