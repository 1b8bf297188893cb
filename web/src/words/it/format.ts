import type { Words } from '..'

export const format: Words['format'] = {
  bytes: ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'],
  units: { day: 'g', hour: 'h', minute: 'm', second: 's' },
  now: 'adesso',
  secondsAgo: (count) => `${count} s fa`,
  minutesAgo: (count) => `${count} min fa`,
  hoursAgo: (count) => `${count} h fa`,
  daysAgo: (count) => `${count} g fa`,
}
