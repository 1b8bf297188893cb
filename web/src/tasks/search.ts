import { STATUSES, type Status, wireStatuses } from '../api/status'
import { type Choice, isChosen, readChoice, writeChoice } from './choices'
import { type Column, fieldOf, neededFields, readColumn } from './columnIds'
import { readGroup } from './groups'
import { readRanges, writeRanges } from './ranges'

/** The state of the tasks table, as its address holds it; `choices.ts` tells how choices are written. */
export interface TaskListSearch {
  /** A regular expression on the name. */
  q?: string | undefined
  /** A choice of status words, in the order of `STATUSES`. */
  status?: string | undefined
  /** A project's id. */
  project?: string | undefined
  /** Present to leave out the project's sub-projects. */
  own?: '1' | undefined
  /** A choice of types. */
  type?: string | undefined
  /** A choice of tags. */
  tags?: string | undefined
  /** Present when one of several tags asked for is enough. */
  anyTag?: '1' | undefined
  /** A choice of users' ids. */
  user?: string | undefined
  /** A task's id: only what was made from it. */
  parent?: string | undefined
  /** Ranges of metrics, parameters, numbers and dates. */
  range?: string | undefined
  /** Present to show archived tasks instead of the others. */
  archive?: '1' | undefined
  /** Columns, the first one sorting first, each with a leading `-` for descending. */
  order?: string | undefined
  /** The columns shown; the user's own choice when absent. */
  columns?: string | undefined
  /** The column the tasks are grouped by; a plain list when absent. */
  group?: string | undefined
}

/** Rows of one request; the API's own limit. */
export const PAGE_SIZE = 500

export interface Order {
  column: string
  descending: boolean
}

const DEFAULT_ORDER: Order = { column: 'last_update', descending: true }

/** Columns whose first click sorts descending, because the newest or largest is what one looks for. */
const DESCENDING_FIRST = ['last_update', 'started', 'last_iteration', 'active_duration']

const ROW_FIELDS = [
  'name',
  'type',
  'status',
  'project.name',
  'user.name',
  'company',
  'tags',
  'system_tags',
  'created',
  'started',
  'completed',
  'last_update',
  'active_duration',
  'last_iteration',
  'runtime.progress',
]

/** Reads an address: what it cannot mean is dropped, so that an old or mistyped link still opens. */
export function readSearch(raw: Record<string, unknown>): TaskListSearch {
  return {
    q: text(raw.q),
    status: writeChoice(statusChoice(text(raw.status))),
    project: text(raw.project),
    own: flag(raw.own),
    type: choice(raw.type),
    tags: choice(raw.tags),
    anyTag: readChoice(text(raw.tags)).include.length > 1 ? flag(raw.anyTag) : undefined,
    user: choice(raw.user),
    parent: text(raw.parent),
    range: writeRanges(readRanges(text(raw.range))),
    archive: flag(raw.archive),
    order: writeOrders(readOrders(text(raw.order))),
    columns: text(
      listIn(text(raw.columns))
        .filter((id) => readColumn(id))
        .join(','),
    ),
    group: readGroup(raw.group),
  }
}

/** The items of a list of ids that hold no comma themselves. */
export function listIn(value: string | undefined): string[] {
  return (value ?? '').split(',').filter((item) => item !== '')
}

/** The statuses a search asks for and leaves out. */
export function statusChoice(status: string | undefined): Choice {
  const { include, exclude } = readChoice(status)
  const known = (words: string[]): Status[] => STATUSES.filter((each) => words.includes(each))
  return { include: known(include), exclude: known(exclude) }
}

/** The orders a search asks for, or the default one. */
export function ordersOf(search: TaskListSearch): Order[] {
  const orders = readOrders(search.order)
  return orders.length > 0 ? orders : [DEFAULT_ORDER]
}

/** The `order` after a click on a column's header; `add` keeps the other columns' orders before it. */
export function nextOrder(search: TaskListSearch, column: string, add = false): string | undefined {
  const orders = ordersOf(search)
  const current = orders.find((order) => order.column === column)
  const turned = {
    column,
    descending: current ? !current.descending : descendingFirst(column),
  }
  if (!add) return writeOrders([turned])
  return writeOrders(
    current ? orders.map((order) => (order === current ? turned : order)) : [...orders, turned],
  )
}

function descendingFirst(column: string): boolean {
  return DESCENDING_FIRST.includes(column) || column.includes('.max_value:')
}

/** What narrows the list; orders and columns only arrange it. */
const FILTERS = ['q', 'status', 'project', 'type', 'tags', 'user', 'parent', 'range'] as const

export const NO_FILTERS: TaskListSearch = Object.fromEntries(
  FILTERS.map((name) => [name, undefined]),
)

/** True when the search leaves out any task. */
export function isFiltered(search: TaskListSearch): boolean {
  return FILTERS.some((name) => search[name] !== undefined)
}

/** The request that reads one page of a search, with what the columns need. */
export function listRequest(
  search: TaskListSearch,
  page: number,
  columns: readonly Column[] = [],
): Record<string, unknown> {
  const order = ordersOf(search).flatMap(({ column, descending }) => {
    const known = readColumn(column)
    const field = known && fieldOf(known)
    return field ? [descending ? `-${field}` : field] : []
  })
  return {
    page,
    page_size: PAGE_SIZE,
    order_by: order,
    only_fields: [...new Set([...ROW_FIELDS, ...columns.flatMap(neededFields)])],
    system_tags: [search.archive ? 'archived' : '-archived'],
    ...listed('status', wireChoice(statusChoice(search.status))),
    ...listed('type', readChoice(search.type)),
    ...listed('user', readChoice(search.user)),
    ...tagged(readChoice(search.tags), search.anyTag === '1'),
    ...(search.q && { _any_: { fields: ['name', 'id'], pattern: search.q } }),
    ...(search.project && { project: [search.project], include_subprojects: !search.own }),
    ...(search.parent && { parent: [search.parent] }),
    ...Object.fromEntries(
      readRanges(search.range).flatMap((range) => {
        const column = readColumn(range.column)
        const field = column && fieldOf(column)
        return field ? [[field, [range.min ?? null, range.max ?? null]]] : []
      }),
    ),
  }
}

function wireChoice({ include, exclude }: Choice): Choice {
  const wire = (words: string[]) => (words as Status[]).flatMap(wireStatuses)
  return { include: wire(include), exclude: wire(exclude) }
}

/** A choice among values of which none begins with `-`, as a plain list of the wire. */
function listed(field: string, chosen: Choice): Record<string, string[]> {
  if (!isChosen(chosen)) return {}
  return { [field]: [...chosen.include, ...chosen.exclude.map((value) => `-${value}`)] }
}

/** A choice of tags, which may be called anything. */
function tagged({ include, exclude }: Choice, any: boolean): Record<string, unknown> {
  const all = {
    ...(exclude.length > 0 && { exclude }),
    ...(!any && include.length > 0 && { include }),
  }
  const tags = {
    ...(Object.keys(all).length > 0 && { all }),
    ...(any && include.length > 0 && { any: { include } }),
  }
  return Object.keys(tags).length > 0 ? { filters: { tags } } : {}
}

function readOrders(order: string | undefined): Order[] {
  return listIn(order).flatMap((item) => {
    const descending = item.startsWith('-')
    const column = readColumn(descending ? item.slice(1) : item)
    return column && fieldOf(column) ? [{ column: column.id, descending }] : []
  })
}

/** The default order is left out of the address. */
function writeOrders(orders: Order[]): string | undefined {
  const [first, ...others] = orders
  const isDefault =
    first?.column === DEFAULT_ORDER.column && first.descending === DEFAULT_ORDER.descending
  if (isDefault && others.length === 0) return undefined
  return text(
    orders.map(({ column, descending }) => (descending ? `-${column}` : column)).join(','),
  )
}

function choice(value: unknown): string | undefined {
  return writeChoice(readChoice(text(value)))
}

function flag(value: unknown): '1' | undefined {
  return value === '1' ? '1' : undefined
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
