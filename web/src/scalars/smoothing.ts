/** The ways a line is smoothed. */
export const SMOOTHINGS = ['exponential', 'gaussian', 'average'] as const
export type SmoothingKind = (typeof SMOOTHINGS)[number]

export interface Smoothing {
  kind: SmoothingKind
  /** Exponential: weight of the past; Gaussian: standard deviation in points; average: points averaged. */
  amount: number
}

interface Amounts {
  min: number
  max: number
  step: number
  /** What one begins with. */
  start: number
}

export const AMOUNTS: Record<SmoothingKind, Amounts> = {
  exponential: { min: 0.01, max: 0.99, step: 0.01, start: 0.6 },
  gaussian: { min: 0.5, max: 30, step: 0.5, start: 2 },
  average: { min: 3, max: 101, step: 2, start: 7 },
}

/** Reads an address's `kind:amount`; the amount is brought to what the kind allows. */
export function readSmoothing(text: unknown): Smoothing | undefined {
  if (typeof text !== 'string') return undefined
  const [name, written] = text.split(':')
  const kind = SMOOTHINGS.find((known) => known === name)
  const asked = written ? Number(written) : Number.NaN
  if (!kind || !Number.isFinite(asked)) return undefined
  const { min, max, step } = AMOUNTS[kind]
  const steps = Math.round((Math.min(Math.max(asked, min), max) - min) / step)
  return { kind, amount: Number((min + steps * step).toFixed(2)) }
}

export function writeSmoothing(smoothing: Smoothing | undefined): string | undefined {
  return smoothing && `${smoothing.kind}:${smoothing.amount}`
}

type Values = readonly (number | null)[]

/** The smoothed line; gaps stay gaps. */
export function smoothed(values: Values, { kind, amount }: Smoothing): (number | null)[] {
  if (kind === 'exponential') return exponential(values, amount)
  if (kind === 'average') return weighted(values, Array((amount + 1) / 2).fill(1))
  const reach = Math.ceil(amount * 3)
  const bell = Array.from({ length: reach + 1 }, (_, at) => Math.exp(-0.5 * (at / amount) ** 2))
  return weighted(values, bell)
}

/** Corrected for its start, so that the first points are not drawn towards zero. */
function exponential(values: Values, weight: number): (number | null)[] {
  let sum = 0
  let share = 0
  return values.map((value) => {
    if (value === null) return null
    sum = weight * sum + (1 - weight) * value
    share = weight * share + (1 - weight)
    return sum / share
  })
}

/** Each value's mean with its neighbours on both sides; `weights` by their distance, its own first. */
function weighted(values: Values, weights: readonly number[]): (number | null)[] {
  return values.map((value, at) => {
    if (value === null) return null
    let sum = 0
    let share = 0
    for (let by = 1 - weights.length; by < weights.length; by += 1) {
      const near = values[at + by]
      if (near === null || near === undefined) continue
      const weight = weights[Math.abs(by)] ?? 0
      sum += weight * near
      share += weight
    }
    return sum / share
  })
}
