import { expect, it } from 'vitest'
import { readRanges, writeRanges } from './ranges'

it.each([
  ['last_iteration~10~', [{ column: 'last_iteration', min: 10, max: undefined }]],
  [
    'started~2026-01-02~2026-01-03T10:00',
    [{ column: 'started', min: '2026-01-02', max: '2026-01-03T10:00' }],
  ],
  ['p:Args:lr~0.001~0.1', [{ column: 'p:Args:lr', min: '0.001', max: '0.1' }]],
  ['last_iteration~x~', []],
  ['started~yesterday~', []],
  ['~1~2', []],
  ['a~1~2~3', []],
  ['', []],
])('%j is read', (text, ranges) => {
  expect(readRanges(text)).toEqual(ranges)
})

it('several ranges survive the address', () => {
  const text = 'last_iteration~1~5,p:Args:lr~~0.1'
  expect(writeRanges(readRanges(text))).toBe(text)
  expect(writeRanges([])).toBeUndefined()
})
