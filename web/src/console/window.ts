import type { LogEvent, LogPage } from '../api/events'

/** The part of a task's console that is loaded: always one unbroken stretch, oldest first. */
export interface LogWindow {
  events: LogEvent[]
  /** False once the console's first event is loaded. */
  hasEarlier: boolean
  /** True while the console goes on behind the last loaded event. */
  hasLater: boolean
  /** Events the task has in all, as last told. */
  total: number
}

/** Events kept in the browser; the oldest give way when a long run is followed. */
export const MAX_EVENTS = 50_000

/**
 * How far back of the newest event a look for news starts (milliseconds). Several workers report with
 * clocks and batches of their own, so that an event may arrive after a later one.
 */
export const OVERLAP = 5_000

/** The window after the first read of the console's end. */
export function firstWindow(page: LogPage): LogWindow {
  const hasEarlier = page.events.length < page.total
  return { events: page.events, hasEarlier, hasLater: false, total: page.total }
}

/** The window after a first read from somewhere in the console on. */
export function windowFrom(page: LogPage): LogWindow {
  return { ...firstWindow(page), hasLater: page.full }
}

/** The moment to read before in order to load earlier events. */
export function earlierThan(window: LogWindow): number | undefined {
  return window.events[0]?.timestamp
}

/** The window with a page of earlier events in front. */
export function withEarlier(window: LogWindow, page: LogPage): LogWindow {
  const first = earlierThan(window)
  const older = page.events.filter((event) => first === undefined || event.timestamp < first)
  return {
    ...window,
    events: [...older, ...window.events],
    hasEarlier: older.length > 0 && older.length + window.events.length < page.total,
    total: page.total,
  }
}

/** The window with the page that follows it. */
export function withLater(window: LogWindow, page: LogPage): LogWindow {
  const joined = withNewer(window, window.events.at(-1)?.timestamp ?? -1, page)
  return { ...joined, hasLater: page.full }
}

/** The moment to read after in order to load news. */
export function newerThan(window: LogWindow): number {
  const newest = window.events.at(-1)?.timestamp
  return newest === undefined ? -1 : newest - OVERLAP
}

/**
 * The window with everything after the moment `after` replaced by a page read from there.
 * Unchanged events stay the same objects, so that what was drawn from them is kept.
 */
export function withNewer(window: LogWindow, after: number, page: LogPage): LogWindow {
  const kept = window.events.filter((event) => event.timestamp <= after)
  const overlap = window.events.slice(kept.length)
  const fresh = page.events.map((event, at) => {
    const known = overlap[at]
    return known && sameEvent(known, event) ? known : event
  })
  const events = [...kept, ...fresh]
  const surplus = Math.max(0, events.length - MAX_EVENTS)
  return {
    ...window,
    events: surplus > 0 ? events.slice(surplus) : events,
    hasEarlier: window.hasEarlier || surplus > 0,
    total: page.total,
  }
}

function sameEvent(one: LogEvent, other: LogEvent): boolean {
  return one.timestamp === other.timestamp && one.msg === other.msg && one.level === other.level
}
