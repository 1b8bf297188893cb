import { describe, expect, it } from 'vitest'
import { setLocale } from './locale'
import { formatCount, formatNumber } from './number'

describe('formatNumber', () => {
  it.each([
    [0.18324, '0.1832'],
    [12.5, '12.5'],
    [1204.37, '1,204'],
    [120_400, '120,400'],
    [999_999.9, '1e6'],
    [1_234_567, '1.235e6'],
    [0.00012346, '0.0001235'],
    [-3.2104e-7, '-3.21e-7'],
    [0.30000000000000004, '0.3'],
    [-0.5, '-0.5'],
    [0, '0'],
    [1e300, '1e300'],
  ])('%d → %s', (value, text) => {
    expect(formatNumber(value)).toBe(text)
  })

  it('shows a dash for what is no value', () => {
    expect([null, undefined, Number.NaN, Number.POSITIVE_INFINITY].map(formatNumber)).toEqual(
      Array(4).fill('–'),
    )
  })
})

it('numbers are written as in the language', () => {
  setLocale('it')
  expect([formatNumber(0.18324), formatCount(120_400), formatNumber(-3.21e-7)]).toEqual([
    '0,1832',
    '120.400',
    '-3,21e-7',
  ])
  setLocale('ru')
  expect(formatCount(120_400)).toBe('120\u00a0400')
  setLocale('en')
  expect(formatCount(120_400)).toBe('120,400')
})
