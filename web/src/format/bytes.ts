import { words } from '../words'
import { formatNumber } from './number'

/** A number of bytes in binary units: `512 B`, `1.5 KiB`, `12 GiB`. */
export function formatBytes(bytes: number): string {
  const units = words.format.bytes
  if (!(Math.abs(bytes) >= 1)) return `0 ${units[0]}`
  const step = Math.min(Math.floor(Math.log2(Math.abs(bytes)) / 10), units.length - 1)
  const size = bytes / 1024 ** step
  const digits = step > 0 && Math.abs(size) < 10 ? 1 : 0
  return `${formatNumber(Number(size.toFixed(digits)))} ${units[step]}`
}
