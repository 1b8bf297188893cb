import { describe, expect, it } from 'vitest'
import { consoleLines, levelOf, textLines } from './lines'

describe('textLines', () => {
  it.each([
    ['one line\n', ['one line']],
    ['a\r\nb', ['a', 'b']],
    ['a\n\nb\n', ['a', '', 'b']],
    ['', ['']],
    ['10 %\r50 %\r100 %\n', ['100 %']],
    ['10 %\r50 %\r', ['50 %']],
    ['\r', ['']],
  ])('%j', (message, lines) => {
    expect(textLines(message)).toEqual(lines)
  })
})

it('levelOf knows the names loggers use', () => {
  expect(
    ['DEBUG', 'warn', 'WARNING', 'critical', 'error', 'notset', undefined].map(levelOf),
  ).toEqual(['debug', 'warning', 'warning', 'error', 'error', 'info', 'info'])
})

describe('consoleLines', () => {
  const events = [
    { timestamp: 1, level: 'info', msg: '\x1b[31mred\nstill red\n' },
    { timestamp: 1, level: 'debug', msg: 'detail' },
    { timestamp: 2, level: 'error', msg: 'lost' },
  ]
  const texts = (least: 'debug' | 'info' | 'error') =>
    consoleLines(events, least).map((line) => line.spans.map((span) => span.text).join(''))

  it('splits events into lines, each event with colours of its own', () => {
    const lines = consoleLines(events, 'debug')
    expect(lines.map((line) => line.spans[0]?.style?.color)).toEqual([
      'var(--ansi-1)',
      'var(--ansi-1)',
      undefined,
      undefined,
    ])
    expect(new Set(lines.map((line) => line.key)).size).toBe(4)
  })

  it('leaves out what is below the level, keeping the keys', () => {
    expect(texts('info')).toEqual(['red', 'still red', 'lost'])
    expect(texts('error')).toEqual(['lost'])
    expect(consoleLines(events, 'error')[0]?.key).toBe(consoleLines(events, 'debug')[3]?.key)
  })
})
