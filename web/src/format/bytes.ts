const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const

/** A number of bytes in binary units: `512 B`, `1.5 KiB`, `12 GiB`. */
export function formatBytes(bytes: number): string {
  if (!(Math.abs(bytes) >= 1)) return '0 B'
  const step = Math.min(Math.floor(Math.log2(Math.abs(bytes)) / 10), UNITS.length - 1)
  const size = bytes / 1024 ** step
  const digits = step > 0 && Math.abs(size) < 10 ? 1 : 0
  return `${Number(size.toFixed(digits))} ${UNITS[step]}`
}
