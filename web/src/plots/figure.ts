import { parseWireJson } from '../api/json'

/** A reported plot as it is shown: a table and an image by the page itself, anything else by Plotly. */
export type Figure =
  | { kind: 'table'; table: Table }
  | { kind: 'image'; source: string }
  | { kind: 'plotly'; data: Json[]; layout: Json }
  | { kind: 'broken'; reason: string }

export interface Table {
  columns: string[]
  rows: string[][]
}

export type Json = Record<string, unknown>

/** Reads the text a plot was reported as. Whatever it holds, something is returned. */
export function readFigure(plot: string): Figure {
  let value: unknown
  try {
    value = parseWireJson(plot)
  } catch {
    return { kind: 'broken', reason: 'What was reported is not JSON.' }
  }
  if (!isObject(value)) return { kind: 'broken', reason: 'What was reported is no Plotly figure.' }
  const data = (Array.isArray(value.data) ? value.data : [value.data]).filter(isObject)
  const layout = isObject(value.layout) ? value.layout : {}
  const first = data[0]
  if (data.length === 1 && first?.type === 'table') return { kind: 'table', table: tableOf(first) }
  const source = imageOf(layout)
  if (data.every(isEmptyTrace) && source) return { kind: 'image', source }
  return { kind: 'plotly', data, layout: withTitles(layout) }
}

/** Column by column on the wire, row by row on the page. */
function tableOf(trace: Json): Table {
  const header = valuesOf(trace.header)
  const cells = valuesOf(trace.cells)
  const columns = cells.map((_, at) => plain(header[at]))
  const length = Math.max(0, ...cells.map((column) => (Array.isArray(column) ? column.length : 0)))
  const rows = Array.from({ length }, (_, row) =>
    cells.map((column) => plain(Array.isArray(column) ? column[row] : undefined)),
  )
  return { columns, rows }
}

function valuesOf(part: unknown): unknown[] {
  return isObject(part) && Array.isArray(part.values) ? part.values : []
}

/** A cell's text; header cells come as lists of lines, sometimes with Plotly's few tags. */
function plain(cell: unknown): string {
  if (Array.isArray(cell)) return cell.map(plain).join(' ')
  if (cell === null || cell === undefined) return ''
  if (typeof cell === 'object') return JSON.stringify(cell)
  return String(cell).replace(/<\/?(?:b|i|br|sub|sup|em|strong)\s*\/?>/gi, '')
}

function imageOf(layout: Json): string | undefined {
  const images = Array.isArray(layout.images) ? layout.images.filter(isObject) : []
  const source = images.length === 1 ? images[0]?.source : undefined
  return typeof source === 'string' ? source : undefined
}

function isEmptyTrace(trace: Json): boolean {
  return !Array.isArray(trace.x) || trace.x.length <= 2
}

/** Plotly no longer reads titles that are plain text or have a `titlefont` beside them; figures of older versions do. */
function withTitles(layout: Json): Json {
  return mapObject(layout, 0)
}

const MAX_DEPTH = 6

function mapObject(object: Json, depth: number): Json {
  const { titlefont, ...rest } = object
  const mapped: Json = {}
  for (const [name, value] of Object.entries(rest)) {
    mapped[name] = isObject(value) && depth < MAX_DEPTH ? mapObject(value, depth + 1) : value
  }
  if (typeof mapped.title === 'string') mapped.title = { text: mapped.title }
  if (titlefont && isObject(mapped.title)) mapped.title = { font: titlefont, ...mapped.title }
  return mapped
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
