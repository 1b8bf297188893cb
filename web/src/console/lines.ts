import type { LogEvent } from '../api/events'
import { type AnsiStyle, parseAnsi, type Span } from './ansi'

export const LEVELS = ['debug', 'info', 'warning', 'error'] as const
export type Level = (typeof LEVELS)[number]

/** One line of a console as it is shown. */
export interface ConsoleLine {
  /** Stays the same while more of the console is loaded at either end. */
  key: string
  timestamp: number
  level: Level
  worker: string | undefined
  spans: Span[]
}

/** What an event's lines have in common with nothing else: the event itself. Parsed once. */
const parsed = new WeakMap<LogEvent, Omit<ConsoleLine, 'key'>[]>()

/** The lines of loaded events at or above a level, in the events' order (ascending in time). */
export function consoleLines(events: readonly LogEvent[], least: Level): ConsoleLine[] {
  const lines: ConsoleLine[] = []
  let nth = 0
  let moment = Number.NaN
  for (const event of events) {
    nth = event.timestamp === moment ? nth + 1 : 0
    moment = event.timestamp
    const own = linesOf(event)
    for (const [at, line] of own.entries()) {
      if (LEVELS.indexOf(line.level) < LEVELS.indexOf(least)) continue
      lines.push({ ...line, key: `${moment}.${nth}.${at}` })
    }
  }
  return lines
}

function linesOf(event: LogEvent): Omit<ConsoleLine, 'key'>[] {
  const known = parsed.get(event)
  if (known) return known
  const level = levelOf(event.level)
  let style: AnsiStyle | null = null
  const lines = textLines(event.msg ?? '').map((text) => {
    const [spans, after] = parseAnsi(text, style)
    style = after
    return { timestamp: event.timestamp, level, worker: event.worker, spans }
  })
  parsed.set(event, lines)
  return lines
}

/** What a line says, without its looks. */
export function textOf({ spans }: ConsoleLine): string {
  return spans.map(({ text }) => text).join('')
}

/** Splits a message into lines; a carriage return starts its line anew, as progress bars expect. */
export function textLines(message: string): string[] {
  const text = message.replace(/\r\n/g, '\n').replace(/\n$/, '')
  return text.split('\n').map(lastOverwrite)
}

function lastOverwrite(line: string): string {
  const states = line.split('\r')
  return states.findLast((state) => state !== '') ?? ''
}

/** The page's four levels from the many the SDK may send; what is unknown is information. */
export function levelOf(level: string | undefined): Level {
  const name = (level ?? '').toLowerCase()
  if (name === 'debug' || name === 'verbose' || name === 'trace') return 'debug'
  if (name.startsWith('warn')) return 'warning'
  if (['error', 'critical', 'fatal', 'exception'].includes(name)) return 'error'
  return 'info'
}
