/** How the overview sums calls up. */
export const STEPS = ['hour', 'day', 'month'] as const

export type Step = (typeof STEPS)[number]

export interface OverviewSearch {
  step?: Step | undefined
}

/** A time that calls are looked at in, as dates. */
export interface PeriodSearch {
  from?: string | undefined
  to?: string | undefined
}

/** The state of the table of calls, as its address holds it. */
export interface CallsSearch extends PeriodSearch {
  mode?: string | undefined
  ok?: string | undefined
  caller_name?: string | undefined
  api?: string | undefined
  target?: string | undefined
  page?: string | undefined
}

/** The state of a table of entries. */
export interface EntriesSearch {
  q?: string | undefined
  page?: string | undefined
}

type Raw = Record<string, unknown>

function text(raw: Raw, name: string): string | undefined {
  const value = raw[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

export function readOverview(raw: Raw): OverviewSearch {
  return { step: STEPS.find((step) => step === raw.step) }
}

export function readPeriod(raw: Raw): PeriodSearch {
  return { from: text(raw, 'from'), to: text(raw, 'to') }
}

export function readCallsSearch(raw: Raw): CallsSearch {
  return {
    ...readPeriod(raw),
    mode: text(raw, 'mode'),
    ok: text(raw, 'ok'),
    caller_name: text(raw, 'caller_name'),
    api: text(raw, 'api'),
    target: text(raw, 'target'),
    page: text(raw, 'page'),
  }
}

export function readEntriesSearch(raw: Raw): EntriesSearch {
  return { q: text(raw, 'q'), page: text(raw, 'page') }
}
