import { queryOptions } from '@tanstack/react-query'
import { call } from './client'

/** One console event; its message may hold several lines. */
export interface LogEvent {
  /** Milliseconds since 1970, UTC. */
  timestamp: number
  level?: string
  msg: string
  worker?: string
}

export interface LogPage {
  events: LogEvent[]
  /** Events the task has in all. */
  total: number
}

/** Which part of a console to read: the newest events before a moment, or the oldest after it. */
export interface LogRange {
  before?: number
  after?: number
}

/** Console events of one request. */
export const LOG_BATCH = 2_000

/** Reads one batch of a task's console, oldest first. */
export async function readLog(
  task: string,
  range: LogRange,
  signal?: AbortSignal,
): Promise<LogPage> {
  const request = {
    task,
    batch_size: LOG_BATCH,
    navigate_earlier: range.after === undefined,
    from_timestamp: range.after ?? range.before,
    order: 'asc',
  }
  return await call<LogPage>('events.get_task_log', request, signal ? { signal } : {})
}

/** What the points of a chart are laid out by: iteration, or milliseconds since 1970. */
export type ScalarKey = 'iter' | 'timestamp'

export interface Series {
  name: string
  x: number[]
  /** Null where the value was not a number. */
  y: (number | null)[]
}

/** metric → variant → series. */
export type Scalars = Record<string, Record<string, Series>>

/** The most points the server returns for one series. */
export const SAMPLES = 1_000

/** A task's series, averaged by the server into at most `SAMPLES` buckets each. */
export function scalarsQuery(task: string, key: ScalarKey) {
  return queryOptions({
    queryKey: ['scalars', task, key],
    queryFn: ({ signal }) =>
      call<Scalars>(
        'events.scalar_metrics_iter_histogram',
        { task, samples: SAMPLES, key },
        { signal },
      ),
  })
}

export interface SingleValue {
  metric: string
  variant: string
  value: number | null
  timestamp: number
}

/** The values a task reported once, without an iteration. */
export function singleValuesQuery(task: string) {
  return queryOptions({
    queryKey: ['singleValues', task],
    queryFn: async ({ signal }) => {
      const answer = await call<{ tasks: { task: string; values: SingleValue[] }[] }>(
        'events.get_task_single_value_metrics',
        { tasks: [task] },
        { signal },
      )
      return answer.tasks[0]?.values ?? []
    },
  })
}
