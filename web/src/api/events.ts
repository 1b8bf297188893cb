import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
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
  /** As many as one request may ask for: there may be more in the direction it was read. */
  full: boolean
}

/** Which part of a console to read: the newest events before a moment, or the oldest after it. */
export interface LogRange {
  before?: number
  after?: number
}

/** Console events of one request. */
const LOG_BATCH = 2_000

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
  const options = signal ? { signal } : {}
  const page = await call<Omit<LogPage, 'full'>>('events.get_task_log', request, options)
  return { ...page, full: page.events.length >= LOG_BATCH }
}

/** What the points of a chart are laid out by: iteration, or milliseconds since 1970. */
export type ScalarKey = 'iter' | 'timestamp'

export interface Series {
  name: string
  x: number[]
  /** Null where the value was not a number. */
  y: (number | null)[]
  /** The least and the greatest of the values behind each of `y`, where they were asked for. */
  min?: (number | null)[]
  max?: (number | null)[]
}

/** metric → variant → series. */
export type Scalars = Record<string, Record<string, Series>>

/** What there is of a series; the ends in milliseconds since 1970. */
export interface Outline {
  count: number
  first: number
  last: number
}

/** metric → variant → outline. */
export type Outlines = Record<string, Record<string, Outline>>

/** Which series a task has; their points are read chart by chart. */
export function outlinesQuery(task: string) {
  return queryOptions({
    queryKey: ['scalars', task, 'outlines'],
    queryFn: ({ signal }) => {
      const request = { task, key: 'timestamp', outline: true }
      return call<Outlines>('events.scalar_metrics_iter_histogram', request, { signal })
    },
  })
}

/** What of a task's scalars to read. */
export interface CurvesRequest {
  metrics: { metric: string; variants: string[] }[]
  key: ScalarKey
  /** About how many points each series is brought down to by averaging. */
  samples: number
  /** Whether to read the extremes that averaging hides. */
  extremes: boolean
  /** The first and the last iteration, or moment; everything when absent. */
  window: [first: number, last: number] | undefined
}

/** How long series are taken for fresh; the server's stream says earlier when they are not (milliseconds). */
const CURVES_FRESH = 10_000

/** Some series of a task. */
export function curvesQuery(task: string, { key, ...request }: CurvesRequest) {
  return queryOptions({
    queryKey: ['scalars', task, 'curves', key, request],
    queryFn: ({ signal }) =>
      call<Scalars>('events.scalar_metrics_iter_histogram', { task, key, ...request }, { signal }),
    staleTime: CURVES_FRESH,
    structuralSharing: false,
    // Another part of the same axis stays in view until the one asked for is there.
    placeholderData: (before, query) => (query?.queryKey[3] === key ? before : undefined),
  })
}

/** Every point of some series of a metric, as reported, one page after another. */
export async function* readPoints(task: string, metric: string, variants: string[]) {
  let scroll: string | undefined
  for (;;) {
    const page = await call<{
      variants: Record<string, { iter: number[]; y: (number | null)[] }>
      returned: number
      scroll_id?: string
    }>('events.scalar_metrics_iter_raw', {
      task,
      metric: { metric, variants },
      batch_size: 100_000,
      ...(scroll && { scroll_id: scroll }),
    })
    if (page.returned === 0) return
    yield page.variants
    if (!page.scroll_id) return
    scroll = page.scroll_id
  }
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

/** A plot as reported: Plotly's JSON as text. */
export interface PlotEvent {
  metric: string
  variant: string
  iter: number
  timestamp: number
  plot_str: string
}

interface PlotsPage {
  plots: PlotEvent[]
  returned: number
  scroll_id?: string
}

/** The latest plots of each metric and variant, as many iterations of each as asked for. */
export function plotsQuery(task: string, iters: number) {
  return queryOptions({
    queryKey: ['plots', task, iters],
    queryFn: async ({ signal }) => {
      const plots: PlotEvent[] = []
      let scroll: string | undefined
      for (;;) {
        const request = { task, iters, ...(scroll && { scroll_id: scroll }) }
        const page = await call<PlotsPage>('events.get_task_plots', request, { signal })
        plots.push(...page.plots)
        if (page.returned === 0 || !page.scroll_id || page.scroll_id === scroll) return plots
        scroll = page.scroll_id
      }
    },
  })
}

export interface PlotSample {
  events: PlotEvent[]
  min_iteration?: number
  max_iteration?: number
}

/** One metric's plots at the greatest iteration that does not exceed the one asked for, or at the latest. */
export function plotSampleQuery(task: string, metric: string, iteration: number | undefined) {
  return queryOptions({
    queryKey: ['plotSample', task, metric, iteration],
    queryFn: ({ signal }) =>
      call<PlotSample>('events.get_plot_sample', { task, metric, iteration }, { signal }),
  })
}

/** A file reported as a debug sample. */
export interface SampleEvent {
  metric: string
  variant: string
  iter: number
  timestamp: number
  url: string
}

export interface SampleIteration {
  iter: number
  events: SampleEvent[]
}

interface SamplesPage {
  scroll_id?: string
  metrics: { iterations: SampleIteration[] }[]
}

/** Iterations of one request for debug samples. */
const SAMPLE_ITERATIONS = 6

/** A task's debug samples, newest iterations first; of one metric, or of all. */
export function samplesQuery(task: string, metric: string | undefined) {
  return infiniteQueryOptions({
    queryKey: ['samples', task, metric],
    queryFn: async ({ pageParam, signal }) => {
      const request = {
        metrics: [{ task, ...(metric !== undefined && { metric }) }],
        iters: SAMPLE_ITERATIONS,
        ...(pageParam && { scroll_id: pageParam }),
      }
      const page = await call<SamplesPage>('events.debug_images', request, { signal })
      return { scroll: page.scroll_id, iterations: page.metrics[0]?.iterations ?? [] }
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) =>
      page.iterations.length < SAMPLE_ITERATIONS ? undefined : page.scroll,
  })
}

/** The metrics a task reported debug samples under. */
export function sampleMetricsQuery(task: string) {
  return queryOptions({
    queryKey: ['sampleMetrics', task],
    queryFn: async ({ signal }) => {
      const request = { tasks: [task], event_type: 'training_debug_image' }
      const answer = await call<{ metrics: { metrics: string[] }[] }>(
        'events.get_task_metrics',
        request,
        { signal },
      )
      return answer.metrics[0]?.metrics ?? []
    },
  })
}
