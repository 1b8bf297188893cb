import { describe, expect, it } from 'vitest'
import { readCsv, toCsv } from './csv'

describe('csv', () => {
  it('survives writing and reading', () => {
    const rows = [
      ['name', 'value'],
      ['a, "quoted" cell', 'two\nlines'],
      ['', '0.5'],
    ]
    expect(readCsv(toCsv(rows), ',', 10)).toEqual(rows)
  })

  it.each([
    [
      'a,b\n1,2',
      ',',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'a\tb\r\n1\t',
      '\t',
      [
        ['a', 'b'],
        ['1', ''],
      ],
    ],
    ['"open', ',', [['open']]],
    ['', ',', []],
  ])('reads %j', (text, separator, rows) => {
    expect(readCsv(text, separator, 10)).toEqual(rows)
  })

  it('stops at the limit', () => {
    expect(readCsv('1\n2\n3\n', ',', 2)).toEqual([['1'], ['2']])
  })
})
