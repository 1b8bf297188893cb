import { STATUSES, type Status, wireStatuses } from '../api/status'

/** The state of the tasks table, as its address holds it. */
export interface TaskListSearch {
  /** A regular expression on the name. */
  q?: string | undefined
  /** Status words joined by commas, in the order of `STATUSES`. */
  status?: string | undefined
  /** A project's id. */
  project?: string | undefined
  /** A sortable column, with a leading `-` for descending. */
  order?: string | undefined
}

/** Rows of one request; the API's own limit. */
export const PAGE_SIZE = 500

const SORTABLE = ['status', 'name', 'last_update'] as const
export type SortColumn = (typeof SORTABLE)[number]

export interface Order {
  column: SortColumn
  descending: boolean
}

const DEFAULT_ORDER: Order = { column: 'last_update', descending: true }

/** Columns whose first click sorts descending, because the newest or largest is what one looks for. */
const DESCENDING_FIRST: readonly SortColumn[] = ['last_update']

const ROW_FIELDS = [
  'name',
  'type',
  'status',
  'project.name',
  'user.name',
  'tags',
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
  const order = typeof raw.order === 'string' ? readOrder(raw.order) : undefined
  return {
    q: text(raw.q),
    status: text(statusesIn(text(raw.status)).join(',')),
    project: text(raw.project),
    order: order && writeOrder(order),
  }
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

/** The order a search asks for, or the default one. */
export function orderOf(search: TaskListSearch): Order {
  return (search.order && readOrder(search.order)) || DEFAULT_ORDER
}

/** The `order` after a click on a column's header. */
export function nextOrder(search: TaskListSearch, column: SortColumn): string | undefined {
  const current = orderOf(search)
  const descending =
    current.column === column ? !current.descending : DESCENDING_FIRST.includes(column)
  return writeOrder({ column, descending })
}

/** True when the search leaves out any task. */
export function isFiltered(search: TaskListSearch): boolean {
  return Boolean(search.q || search.status || search.project)
}

/** The request that reads one page of a search. */
export function listRequest(search: TaskListSearch, page: number): Record<string, unknown> {
  const { column, descending } = orderOf(search)
  const statuses = statusesIn(search.status).flatMap(wireStatuses)
  return {
    page,
    page_size: PAGE_SIZE,
    order_by: [descending ? `-${column}` : column],
    only_fields: ROW_FIELDS,
    system_tags: ['-archived'],
    ...(statuses.length > 0 && { status: statuses }),
    ...(search.q && { _any_: { fields: ['name', 'id'], pattern: search.q } }),
    ...(search.project && { project: [search.project], include_subprojects: true }),
  }
}

function readOrder(order: string): Order | undefined {
  const descending = order.startsWith('-')
  const name = descending ? order.slice(1) : order
  const column = SORTABLE.find((known) => known === name)
  return column && { column, descending }
}

/** The default order is left out of the address. */
function writeOrder({ column, descending }: Order): string | undefined {
  if (column === DEFAULT_ORDER.column && descending === DEFAULT_ORDER.descending) return undefined
  return descending ? `-${column}` : column
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
