import { wholeNumber } from '../plots/search'

/** The state of the samples tab, as its address holds it. */
export interface SamplesSearch {
  /** The metric shown; all when absent. */
  of?: string | undefined
  /** The sample shown alone: its metric, … */
  sample?: string | undefined
  /** … its variant … */
  variant?: string | undefined
  /** … and its iteration. */
  iter?: string | undefined
}

export function readSamplesSearch(raw: Record<string, unknown>): SamplesSearch {
  const iter = wholeNumber(raw.iter)
  const shown = iter !== undefined && typeof raw.sample === 'string'
  return {
    of: text(raw.of),
    ...(shown && { sample: String(raw.sample), variant: text(raw.variant), iter }),
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
