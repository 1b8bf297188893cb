import type { Statistics } from '../api/gateway'
import type { TimeSeries } from '../api/workers'
import type { Step } from './search'

const LENGTHS: Record<Step, number> = { hour: 3_600_000, day: 86_400_000, month: 30 * 86_400_000 }

/** Sums as a line over time; periods in which nothing was called are zero. */
export function timeSeries(
  sums: Statistics['series'],
  step: Step,
  value: (sum: Statistics['series'][number]) => number,
): TimeSeries {
  const length = LENGTHS[step]
  const byTime = new Map(sums.map((sum) => [sum.time, value(sum)]))
  const times = [...byTime.keys()].sort((a, b) => a - b)
  const first = times[0]
  const last = times.at(-1)
  if (first === undefined || last === undefined) return { dates: [], values: [] }
  const dates: number[] = []
  for (let date = first - length; date <= last; date += length) dates.push(date)
  return { dates, values: dates.map((date) => byTime.get(date) ?? 0) }
}
