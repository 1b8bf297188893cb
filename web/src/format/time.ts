const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** A span in milliseconds: `0.4s`, `12s`, `3m 05s`, `1h 04m`, `2d 03h`. */
export function formatDuration(ms: number): string {
  const span = Math.max(0, ms)
  if (span < SECOND) return span === 0 ? '0s' : `${(Math.ceil(span / 100) / 10).toFixed(1)}s`
  if (span < MINUTE) return `${Math.floor(span / SECOND)}s`
  if (span < HOUR) return pair(span, MINUTE, 'm', SECOND, 's')
  if (span < DAY) return pair(span, HOUR, 'h', MINUTE, 'm')
  return pair(span, DAY, 'd', HOUR, 'h')
}

function pair(span: number, large: number, largeUnit: string, small: number, smallUnit: string) {
  const rest = Math.floor((span % large) / small)
  return `${Math.floor(span / large)}${largeUnit} ${String(rest).padStart(2, '0')}${smallUnit}`
}

/** How long ago a moment was: `now`, `12 s ago`, `3 min ago`, `5 h ago`, `2 d ago`, then the date. */
export function formatAge(moment: Date, now: number): string {
  const age = now - moment.getTime()
  if (age < 2 * SECOND) return 'now'
  if (age < MINUTE) return `${Math.floor(age / SECOND)} s ago`
  if (age < HOUR) return `${Math.floor(age / MINUTE)} min ago`
  if (age < DAY) return `${Math.floor(age / HOUR)} h ago`
  if (age < 30 * DAY) return `${Math.floor(age / DAY)} d ago`
  return formatDate(moment)
}

/** A local calendar day: `2026-01-02`. */
export function formatDate(moment: Date): string {
  return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`
}

/** A local time of day: `07:05:03`. */
export function formatClock(moment: Date): string {
  return `${two(moment.getHours())}:${two(moment.getMinutes())}:${two(moment.getSeconds())}`
}

/** A local moment in full: `2026-01-02 07:05:03`. */
export function formatMoment(moment: Date): string {
  return `${formatDate(moment)} ${formatClock(moment)}`
}

/** Reads a date of the wire; one without an offset is UTC. Null when it is absent or unreadable. */
export function readMoment(text: string | undefined): Date | null {
  if (!text) return null
  const hasOffset = /(?:Z|[+-]\d\d:?\d\d)$/.test(text)
  const moment = new Date(hasOffset ? text : `${text}Z`)
  return Number.isNaN(moment.getTime()) ? null : moment
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}
