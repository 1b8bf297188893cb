import { STATUSES, type Status, wireStatuses } from '../api/status'
import { type Column, fieldOf, neededFields, readColumn } from './columnIds'
import { readGroup } from './groups'
import { readRanges, writeRanges } from './ranges'

/** The state of the tasks table, as its address holds it. Lists are joined by commas, each item encoded. */
export interface TaskListSearch {
  /** A regular expression on the name. */
  q?: string | undefined
  /** Status words, in the order of `STATUSES`. */
  status?: string | undefined
  /** A project's id. */
  project?: string | undefined
  /** Present to leave out the project's sub-projects. */
  own?: '1' | undefined
  type?: string | undefined
  tags?: string | undefined
  /** Ids of users. */
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
    status: text(statusesIn(text(raw.status)).join(',')),
    project: text(raw.project),
    own: flag(raw.own),
    type: list(raw.type),
    tags: list(raw.tags),
    user: list(raw.user),
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

/** The items of a list of names, decoded. */
export function namesIn(value: string | undefined): string[] {
  return listIn(value).map(decode)
}

export function writeNames(names: Iterable<string>): string | undefined {
  return text([...new Set(names)].map(encodeURIComponent).join(','))
}

/** The statuses a search asks for; none means all. */
export function statusesIn(status: string | undefined): Status[] {
  const words = (status ?? '').split(',')
  return STATUSES.filter((known) => words.includes(known))
}

/** The status filter with one status switched on or off; undefined when none is left. */
export function toggleStatus(status: string | undefined, toggled: Status): string | undefined {
  const chosen = new Set(statusesIn(status))
  if (!chosen.delete(toggled)) chosen.add(toggled)
  return text(STATUSES.filter((known) => chosen.has(known)).join(','))
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
  const statuses = statusesIn(search.status).flatMap(wireStatuses)
  const order = ordersOf(search).flatMap(({ column, descending }) => {
    const known = readColumn(column)
    const field = known && fieldOf(known)
    return field ? [descending ? `-${field}` : field] : []
  })
  const [type, tags, user] = [search.type, search.tags, search.user].map(namesIn)
  return {
    page,
    page_size: PAGE_SIZE,
    order_by: order,
    only_fields: [...new Set([...ROW_FIELDS, ...columns.flatMap(neededFields)])],
    system_tags: [search.archive ? 'archived' : '-archived'],
    ...(statuses.length > 0 && { status: statuses }),
    ...(search.q && { _any_: { fields: ['name', 'id'], pattern: search.q } }),
    ...(search.project && { project: [search.project], include_subprojects: !search.own }),
    ...(type && type.length > 0 && { type }),
    ...(user && user.length > 0 && { user }),
    ...(tags && tags.length > 0 && { filters: { tags: { all: { include: tags } } } }),
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

function list(value: unknown): string | undefined {
  return writeNames(namesIn(text(value)))
}

function flag(value: unknown): '1' | undefined {
  return value === '1' ? '1' : undefined
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** A percent sign that encodes nothing stands for itself. */
function decode(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
