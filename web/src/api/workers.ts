import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { call } from './client'
import { polling } from './live'
import { CALM_INTERVAL, type Named } from './tasks'

export interface WorkerQueue extends Named {
  display_name?: string
  num_tasks?: number
  next_task?: Named | null
}

export interface Worker {
  /** Name of the machine and of the agent on it. */
  id: string
  key: string
  ip?: string
  user?: Named
  task?: Named & { running_time?: number; last_iteration?: number }
  project?: Named
  queues: WorkerQueue[]
  register_time?: string
  last_activity_time?: string
  last_report_time?: string
  tags?: string[]
}

/** How long after its last report a worker is still listed (seconds). */
const LAST_SEEN = 600

/** The machines that report now. */
export const workersQuery = queryOptions({
  queryKey: ['workers'],
  queryFn: async ({ signal }) => {
    const request = { last_seen: LAST_SEEN }
    const answer = await call<{ workers: Worker[] }>('workers.get_all', request, { signal })
    return answer.workers.sort((a, b) => a.id.localeCompare(b.id))
  },
  refetchInterval: polling(CALM_INTERVAL / 2),
})

/** A value over time; `dates` are milliseconds since 1970. */
export interface TimeSeries {
  dates: number[]
  values: number[]
}

/** How far back to look, in buckets of `interval`; both in seconds. */
export interface Lookback {
  span: number
  interval: number
}

export function datesOf({ span, interval }: Lookback, now = Date.now()) {
  const to = Math.floor(now / 1_000)
  return { from_date: to - span, to_date: to, interval }
}

/** How many workers reported, and how many of them ran a task. */
export function activityQuery(lookback: Lookback) {
  return queryOptions({
    queryKey: ['workers', 'activity', lookback],
    queryFn: async ({ signal }) => {
      type Counts = { dates: number[]; counts: number[] }
      const answer = await call<{ total: Counts; active: Counts }>(
        'workers.get_activity_report',
        datesOf(lookback),
        { signal },
      )
      const series = ({ dates, counts }: Counts): TimeSeries => ({ dates, values: counts })
      return { known: series(answer.total), busy: series(answer.active) }
    },
    placeholderData: keepPreviousData,
    refetchInterval: lookback.interval * 1_000,
  })
}

/** What a machine reports about itself. */
export const USE_METRICS = [
  'cpu_usage',
  'gpu_usage',
  'memory_used',
  'gpu_memory_used',
  'network_rx',
  'network_tx',
  'disk_read',
  'disk_write',
] as const

export type UseMetric = (typeof USE_METRICS)[number]

/** Series of one worker by metric; those it never reported are absent. */
export type WorkerUse = Map<UseMetric, TimeSeries>

interface StatsAnswer {
  workers: {
    worker: string
    metrics: { metric: string; stats: ({ aggregation: string } & TimeSeries)[] }[]
  }[]
}

async function readUse(
  workers: string[],
  metrics: readonly UseMetric[],
  lookback: Lookback,
  signal: AbortSignal,
): Promise<Map<string, WorkerUse>> {
  const answer = await call<StatsAnswer>(
    'workers.get_stats',
    {
      worker_ids: workers,
      ...datesOf(lookback),
      items: metrics.map((key) => ({ key, aggregation: 'avg' })),
    },
    { signal },
  )
  return new Map(
    answer.workers.map(({ worker, metrics: reported }) => [
      worker,
      new Map(
        metrics.flatMap((metric) => {
          const stats = reported.find((each) => each.metric === metric)?.stats[0]
          return stats ? [[metric, stats] as const] : []
        }),
      ),
    ]),
  )
}

/** One worker's use over time. */
export function workerUseQuery(worker: string, lookback: Lookback) {
  return queryOptions({
    queryKey: ['workers', 'use', worker, lookback],
    queryFn: async ({ signal }) =>
      (await readUse([worker], USE_METRICS, lookback, signal)).get(worker) ?? new Map(),
    placeholderData: keepPreviousData,
    refetchInterval: lookback.interval * 1_000,
  })
}

/** What "now" is made of: the last bucket of these (seconds). */
const NOW: Lookback = { span: 240, interval: 60 }

const NOW_METRICS = ['cpu_usage', 'gpu_usage', 'memory_used'] as const

/** What each worker reported last. */
export function currentUseQuery(workers: string[]) {
  return queryOptions({
    queryKey: ['workers', 'now', workers],
    queryFn: ({ signal }) => readUse(workers, NOW_METRICS, NOW, signal),
    enabled: workers.length > 0,
    placeholderData: keepPreviousData,
    refetchInterval: polling(CALM_INTERVAL),
  })
}

/** The last value of a series that was reported; buckets without a report are 0. */
export function lastReported(series: TimeSeries | undefined): number | undefined {
  return series?.values.findLast((value) => value > 0)
}
