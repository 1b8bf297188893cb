import { words } from '../words'
import { currentLocale, perLocale } from './locale'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** A span in milliseconds: `0.4s`, `12s`, `3m 05s`, `1h 04m`, `2d 03h`. */
export function formatDuration(ms: number): string {
  const span = Math.max(0, ms)
  const { day, hour, minute, second } = words.format.units
  if (span < SECOND)
    return `${span === 0 ? 0 : tenths().format(Math.ceil(span / 100) / 10)}${second}`
  if (span < MINUTE) return `${Math.floor(span / SECOND)}${second}`
  if (span < HOUR) return pair(span, MINUTE, minute, SECOND, second)
  if (span < DAY) return pair(span, HOUR, hour, MINUTE, minute)
  return pair(span, DAY, day, HOUR, hour)
}

const tenths = perLocale(
  (locale) => new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 }),
)

function pair(span: number, large: number, largeUnit: string, small: number, smallUnit: string) {
  const rest = Math.floor((span % large) / small)
  return `${Math.floor(span / large)}${largeUnit} ${String(rest).padStart(2, '0')}${smallUnit}`
}

/** How long ago a moment was: `now`, `12 s ago`, `3 min ago`, `5 h ago`, `2 d ago`, then the date. */
export function formatAge(moment: Date, now: number): string {
  const age = now - moment.getTime()
  const say = words.format
  if (age < 2 * SECOND) return say.now
  if (age < MINUTE) return say.secondsAgo(Math.floor(age / SECOND))
  if (age < HOUR) return say.minutesAgo(Math.floor(age / MINUTE))
  if (age < DAY) return say.hoursAgo(Math.floor(age / HOUR))
  if (age < 30 * DAY) return say.daysAgo(Math.floor(age / DAY))
  return formatDate(moment)
}

const date = perLocale(
  (locale) =>
    new Intl.DateTimeFormat(locale, { year: 'numeric', month: '2-digit', day: '2-digit' }),
)
const day = perLocale(
  (locale) => new Intl.DateTimeFormat(locale, { month: '2-digit', day: '2-digit' }),
)

/** A local calendar day: in English `2026-01-02`, which nobody takes for another one. */
export function formatDate(moment: Date): string {
  if (currentLocale() !== 'en') return date().format(moment)
  return `${moment.getFullYear()}-${formatDay(moment)}`
}

/** A local calendar day without its year: `01-02`. */
export function formatDay(moment: Date): string {
  if (currentLocale() !== 'en') return day().format(moment)
  return `${two(moment.getMonth() + 1)}-${two(moment.getDate())}`
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
