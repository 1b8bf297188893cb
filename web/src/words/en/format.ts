/** Words of numbers and times. */
export const format = {
  bytes: ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'],
  /** What follows a number in a span of time. */
  units: { day: 'd', hour: 'h', minute: 'm', second: 's' },
  now: 'now',
  secondsAgo: (count: number) => `${count} s ago`,
  minutesAgo: (count: number) => `${count} min ago`,
  hoursAgo: (count: number) => `${count} h ago`,
  daysAgo: (count: number) => `${count} d ago`,
}
