import { type Column, readColumn } from './columnIds'
import { listIn } from './search'

/** What is shown until one chooses. */
const DEFAULT = ['status', 'name', 'project', 'tags', 'user', 'last_update', 'metrics']

/** Columns of an address or a preference; what they cannot mean is dropped. */
export function readColumns(text: string | undefined): Column[] {
  return listIn(text).flatMap((id) => readColumn(id) ?? [])
}

/** The columns shown: the address's, the user's, or the first ones. */
export function columnsShown(address: string | undefined, stored: unknown): Column[] {
  const own = typeof stored === 'string' ? readColumns(stored) : []
  const asked = readColumns(address)
  if (asked.length > 0) return asked
  return own.length > 0 ? own : readColumns(DEFAULT.join(','))
}

export function writeColumns(columns: readonly Column[]): string {
  return columns.map(({ id }) => id).join(',')
}

/** The columns with one put before another, as dragging a header does. */
export function moved(columns: readonly Column[], id: string, before: string): Column[] {
  const taken = columns.find((column) => column.id === id)
  if (!taken || id === before) return [...columns]
  const others = columns.filter((column) => column.id !== id)
  const at = others.findIndex((column) => column.id === before)
  const wasBefore = columns.indexOf(taken) < columns.findIndex((column) => column.id === before)
  return others.toSpliced(at + (wasBefore ? 1 : 0), 0, taken)
}

/** Widths in pixels at first, by a column's id or kind. */
const WIDTHS: Record<string, number> = {
  status: 120,
  name: 260,
  project: 160,
  tags: 140,
  metrics: 260,
  comment: 220,
  id: 270,
  parent: 180,
  metric: 110,
  parameter: 110,
}

export const NARROWEST = 48

export function widthOf(column: Column, stored: unknown): number {
  const own = typeof stored === 'object' && stored !== null ? stored : {}
  const width = (own as Record<string, unknown>)[widthKey(column.id)]
  if (typeof width === 'number' && width >= NARROWEST) return Math.min(width, 1_200)
  return WIDTHS[column.id] ?? WIDTHS[column.kind] ?? 100
}

/** Preferences have no dots in their keys. */
export function widthKey(id: string): string {
  return id.replaceAll('.', '-')
}
