import { describe, expect, it } from 'vitest'
import { parseAnsi, stripAnsi } from './ansi'

const ESC = '\x1b'

describe('parseAnsi', () => {
  it('leaves plain text alone, markup included', () => {
    const text = '<b onclick="x()">not markup</b>'
    expect(parseAnsi(text, null)).toEqual([[{ text, style: null }], null])
  })

  it('splits at colours and resets', () => {
    const [spans, after] = parseAnsi(`a ${ESC}[1;31mb${ESC}[0m c`, null)
    expect(spans).toEqual([
      { text: 'a ', style: null },
      { text: 'b', style: { bold: true, color: 'var(--ansi-1)' } },
      { text: ' c', style: null },
    ])
    expect(after).toBeNull()
  })

  it('carries a style over to the next line', () => {
    const [, after] = parseAnsi(`${ESC}[32mgreen`, null)
    const [spans] = parseAnsi('still green', after)
    expect(spans).toEqual([{ text: 'still green', style: { color: 'var(--ansi-2)' } }])
  })

  it('ends single attributes and treats an empty code as a reset', () => {
    const [, bold] = parseAnsi(`${ESC}[1;4;33mx${ESC}[22;39m`, null)
    expect(bold).toEqual({ underline: true })
    expect(parseAnsi(`${ESC}[m`, bold)[1]).toBeNull()
  })

  it.each([
    ['38;5;9', { color: 'var(--ansi-1)' }],
    ['38;5;196', { color: 'rgb(255 0 0)' }],
    ['38;5;232', { color: 'rgb(8 8 8)' }],
    ['48;2;1;2;300', { background: 'rgb(1 2 255)' }],
    ['38;5;999', null],
    ['38;7;1', null],
    ['38', null],
    ['95', { color: 'var(--ansi-5)' }],
  ])('reads %s', (codes, style) => {
    expect(parseAnsi(`${ESC}[${codes}m`, null)[1]).toEqual(style)
  })

  it('drops cursor movement, titles, links and stray controls', () => {
    const link = `${ESC}]8;;http://example.org${ESC}\\text${ESC}]8;;${ESC}\\`
    const text = `${ESC}[2K${ESC}[1A${ESC}]0;title\x07${link}\x07\x00!${ESC}`
    expect(stripAnsi(text)).toBe('text!')
    const shown = parseAnsi(text, null)[0].map((span) => span.text)
    expect(shown.join('')).toBe('text!')
  })

  it('stays linear on hostile input', () => {
    const text = `${ESC}[`.repeat(50_000) + ';'.repeat(50_000)
    expect(stripAnsi(text).length).toBeLessThan(text.length)
  })
})
