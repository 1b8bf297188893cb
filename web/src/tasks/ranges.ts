/** A range a column's value must lie in, both ends included; an absent end is open. */
export interface Range {
  column: string
  min?: string | number | undefined
  max?: string | number | undefined
}

/** Columns whose values are moments; the ends of their ranges are dates of the wire. */
const DATES = ['started', 'last_update']

export function isDate(column: string): boolean {
  return DATES.includes(column)
}

/** Reads ranges as addresses hold them: `column~min~max`, joined by commas. */
export function readRanges(text: string | undefined): Range[] {
  return (text ?? '').split(',').flatMap((item) => {
    const [column = '', from = '', to = '', ...rest] = item.split('~')
    if (column === '' || rest.length > 0) return []
    const [min, max] = [from, to].map((end) => readEnd(column, end))
    return min === undefined && max === undefined ? [] : [{ column, min, max }]
  })
}

export function writeRanges(ranges: readonly Range[]): string | undefined {
  const text = ranges
    .filter(({ min, max }) => min !== undefined || max !== undefined)
    .map(({ column, min, max }) => `${column}~${min ?? ''}~${max ?? ''}`)
    .join(',')
  return text === '' ? undefined : text
}

/** An end of a range as it is typed; undefined when it means nothing. */
export function readEnd(column: string, text: string): string | number | undefined {
  if (text.trim() === '') return undefined
  if (isDate(column)) return Number.isNaN(Date.parse(text)) ? undefined : text
  const value = Number(text)
  if (!Number.isFinite(value))
    return column.startsWith('p:') && !/[,~]/.test(text) ? text : undefined
  return column.startsWith('p:') ? text : value
}
