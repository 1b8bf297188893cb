import { describe, expect, it } from 'vitest'
import type { LogEvent } from '../api/events'
import {
  firstWindow,
  MAX_EVENTS,
  newerThan,
  OVERLAP,
  windowFrom,
  withEarlier,
  withLater,
  withNewer,
} from './window'

const event = (timestamp: number, msg = `at ${timestamp}`): LogEvent => ({ timestamp, msg })
const page = (events: LogEvent[], total: number, full = false) => ({ events, total, full })
const messages = (events: LogEvent[]) => events.map((each) => each.msg)

describe('withEarlier', () => {
  it('joins older events and knows when the start is reached', () => {
    const end = firstWindow(page([event(30), event(40)], 4))
    expect(end.hasEarlier).toBe(true)
    const whole = withEarlier(end, page([event(10), event(20)], 4))
    expect(messages(whole.events)).toEqual(['at 10', 'at 20', 'at 30', 'at 40'])
    expect(whole.hasEarlier).toBe(false)
  })

  it('stops when nothing older comes, whatever the total says', () => {
    const end = firstWindow(page([event(30)], 9))
    expect(withEarlier(end, page([], 9)).hasEarlier).toBe(false)
  })
})

describe('withNewer', () => {
  it('replaces the overlap, so that late events find their place and none is doubled', () => {
    const start = firstWindow(page([event(1_000), event(9_000), event(9_500)], 3))
    const after = newerThan(start)
    expect(after).toBe(9_500 - OVERLAP)
    const next = withNewer(
      start,
      after,
      page([event(9_000), event(9_200), event(9_500), event(9_900)], 5),
    )
    expect(messages(next.events)).toEqual(['at 1000', 'at 9000', 'at 9200', 'at 9500', 'at 9900'])
  })

  it('keeps two equal lines of one moment', () => {
    const start = firstWindow(page([event(9_000, 'same')], 1))
    const next = withNewer(
      start,
      newerThan(start),
      page([event(9_000, 'same'), event(9_000, 'same')], 2),
    )
    expect(messages(next.events)).toEqual(['same', 'same'])
    expect(next.events[0]).toBe(start.events[0])
  })

  it('reads a console from its start when nothing is loaded', () => {
    expect(newerThan(firstWindow(page([], 0)))).toBe(-1)
  })

  it('lets the oldest go beyond the limit', () => {
    const many = Array.from({ length: MAX_EVENTS }, (_, at) => event(at))
    const start = firstWindow(page(many, MAX_EVENTS))
    const next = withNewer(start, MAX_EVENTS - 1, page([event(MAX_EVENTS)], MAX_EVENTS + 1))
    expect(next.events).toHaveLength(MAX_EVENTS)
    expect(next.events[0]?.timestamp).toBe(1)
    expect(next.hasEarlier).toBe(true)
  })
})

describe('a window that begins in the middle', () => {
  it('goes on at both ends until it meets the console’s own', () => {
    const middle = windowFrom(page([event(100), event(101)], 4, true))
    expect([middle.hasEarlier, middle.hasLater]).toEqual([true, true])
    const toEnd = withLater(middle, page([event(102)], 4))
    expect([toEnd.hasEarlier, toEnd.hasLater]).toEqual([true, false])
    expect(messages(toEnd.events)).toEqual(['at 100', 'at 101', 'at 102'])
    const whole = withEarlier(toEnd, page([event(1)], 4))
    expect([whole.hasEarlier, whole.hasLater]).toEqual([false, false])
  })

  it('is at the end at once when little follows', () => {
    expect(windowFrom(page([event(7)], 9)).hasLater).toBe(false)
  })
})
