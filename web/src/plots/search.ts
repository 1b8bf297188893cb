/** The state of the plots tab, as its address holds it. */
export interface PlotsSearch {
  /** Words a metric's or variant's name must contain. */
  metric?: string | undefined
  /** How many iterations of each plot are shown, newest first; one when absent. */
  iters?: string | undefined
  /** The metric shown alone, large. */
  plot?: string | undefined
  /** The iteration at which it is shown; the latest when absent. */
  iter?: string | undefined
}

export const ITERATIONS = ['1', '3', '10'] as const

export function readPlotsSearch(raw: Record<string, unknown>): PlotsSearch {
  const iters = ITERATIONS.find((known) => known === raw.iters)
  return {
    metric: text(raw.metric),
    iters: iters === '1' ? undefined : iters,
    plot: text(raw.plot),
    iter: wholeNumber(raw.iter),
  }
}

export function wholeNumber(value: unknown): string | undefined {
  return typeof value === 'string' && /^-?\d{1,18}$/.test(value) ? value : undefined
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
