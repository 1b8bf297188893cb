import { describe, expect, it } from 'vitest'
import { formatAge, formatDate, formatDuration, readMoment } from './time'

describe('formatDuration', () => {
  it.each([
    [-5, '0s'],
    [0, '0s'],
    [340, '0.4s'],
    [999, '1.0s'],
    [12_900, '12s'],
    [185_000, '3m 05s'],
    [3_840_000, '1h 04m'],
    [183_600_000, '2d 03h'],
  ])('%d ms → %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text)
  })
})

describe('formatAge', () => {
  const now = Date.UTC(2026, 0, 31, 12)
  it.each([
    [-5_000, 'now'],
    [1_000, 'now'],
    [12_000, '12 s ago'],
    [180_000, '3 min ago'],
    [5 * 3_600_000, '5 h ago'],
    [3 * 86_400_000, '3 d ago'],
  ])('%d ms ago → %s', (age, text) => {
    expect(formatAge(new Date(now - age), now)).toBe(text)
  })

  it('falls back to the date after a month', () => {
    const moment = new Date(now - 40 * 86_400_000)
    expect(formatAge(moment, now)).toBe(formatDate(moment))
  })
})

describe('readMoment', () => {
  it('reads dates with an offset, and naive ones as UTC', () => {
    const expected = Date.UTC(2026, 0, 2, 3, 4, 5)
    const texts = ['2026-01-02T03:04:05+00:00', '2026-01-02T03:04:05Z', '2026-01-02T03:04:05']
    expect(texts.map((text) => readMoment(text)?.getTime())).toEqual(Array(3).fill(expected))
    expect(readMoment('2026-01-02T03:04:05.123000+00:00')?.getTime()).toBe(expected + 123)
  })

  it('returns null for what is no date', () => {
    expect([undefined, '', 'soon'].map(readMoment)).toEqual([null, null, null])
  })
})
