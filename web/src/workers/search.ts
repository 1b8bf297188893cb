/** How far a chart looks back, and how wide its buckets are (seconds). */
export const PERIODS = {
  '3h': { span: 3 * 3_600, interval: 60 },
  '6h': { span: 6 * 3_600, interval: 120 },
  '12h': { span: 12 * 3_600, interval: 240 },
  '1d': { span: 86_400, interval: 600 },
  '1w': { span: 7 * 86_400, interval: 3_600 },
  '1m': { span: 30 * 86_400, interval: 4 * 3_600 },
} as const

export type Period = keyof typeof PERIODS

export const DEFAULT_PERIOD: Period = '3h'

/** The state of the workers' page, as its address holds it. */
export interface WorkersSearch {
  period?: Period | undefined
  /** The worker whose use is shown. */
  worker?: string | undefined
}

/** The state of a queue's page, as its address holds it. */
export interface QueueSearch {
  period?: Period | undefined
}

export function readWorkersSearch(raw: Record<string, unknown>): WorkersSearch {
  const worker = typeof raw.worker === 'string' && raw.worker !== '' ? raw.worker : undefined
  return { period: periodOf(raw.period), worker }
}

export function readQueueSearch(raw: Record<string, unknown>): QueueSearch {
  return { period: periodOf(raw.period) }
}

/** The period an address names; the default one is left out of it. */
function periodOf(value: unknown): Period | undefined {
  const known = Object.keys(PERIODS).find((period) => period === value) as Period | undefined
  return known === DEFAULT_PERIOD ? undefined : known
}
