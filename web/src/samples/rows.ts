import type { SampleEvent, SampleIteration } from '../api/events'

/** A row of the grid: the heading of an iteration, or tiles side by side. */
export type GridRow =
  | { kind: 'iteration'; key: string; iter: number; count: number }
  | { kind: 'tiles'; key: string; samples: SampleEvent[] }

/** The iterations' samples as rows of `columns` tiles. */
export function gridRows(iterations: SampleIteration[], columns: number): GridRow[] {
  return iterations.flatMap(({ iter, events }) => {
    const rows: GridRow[] = [{ kind: 'iteration', key: `${iter}`, iter, count: events.length }]
    for (let at = 0; at < events.length; at += columns) {
      const samples = events.slice(at, at + columns)
      rows.push({ kind: 'tiles', key: `${iter}.${at}`, samples })
    }
    return rows
  })
}

/** Pages of iterations as one list; an iteration that two pages share is shown once, as last read. */
export function mergePages(pages: SampleIteration[][]): SampleIteration[] {
  const byIteration = new Map(pages.flat().map((iteration) => [iteration.iter, iteration]))
  return [...byIteration.values()].sort((a, b) => b.iter - a.iter)
}

export type SamplePlace = Pick<SampleEvent, 'metric' | 'variant' | 'iter'>

export function isSame(one: SamplePlace, other: SamplePlace): boolean {
  return one.metric === other.metric && one.variant === other.variant && one.iter === other.iter
}

export type Step = 'previous' | 'next' | 'earlier' | 'later'

/**
 * Where one comes from a sample by a step: to the one before or after it in the grid, or to the same
 * variant at the next earlier or later iteration.
 */
export function neighbour(
  samples: SampleEvent[],
  from: SamplePlace,
  step: Step,
): SampleEvent | undefined {
  if (step === 'previous' || step === 'next') {
    const at = samples.findIndex((sample) => isSame(sample, from))
    return at < 0 ? undefined : samples[at + (step === 'next' ? 1 : -1)]
  }
  const own = samples.filter(
    (sample) => sample.metric === from.metric && sample.variant === from.variant,
  )
  return step === 'earlier'
    ? own.find((sample) => sample.iter < from.iter)
    : own.findLast((sample) => sample.iter > from.iter)
}

/** `samples · input`; just the metric when there is no variant. */
export function sampleName({ metric, variant }: Pick<SampleEvent, 'metric' | 'variant'>): string {
  return variant === '' ? metric : `${metric} · ${variant}`
}
