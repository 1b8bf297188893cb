import { expect, test } from 'vitest'
import { formatBytes } from './bytes'

test.each([
  [0, '0 B'],
  [512, '512 B'],
  [1024, '1 KiB'],
  [1536, '1.5 KiB'],
  [12 * 1024 ** 3, '12 GiB'],
  [1.05 * 1024 ** 4, '1.1 TiB'],
  [-2048, '-2 KiB'],
  [Number.NaN, '0 B'],
])('%d bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text)
})
