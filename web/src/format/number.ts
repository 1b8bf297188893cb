/** Shown where there is no value. */
export const NO_VALUE = '–'

/** Made once: making a format costs far more than using it. */
const DIGITS = new Intl.NumberFormat('en-US', { maximumFractionDigits: 20 })
const WHOLE = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })

/**
 * A value at four significant digits: `0.1832`, `12.5`, `1,204`, `-3.21e-7`.
 * Integers below a million keep all their digits, because a count is not a measurement.
 */
export function formatNumber(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NO_VALUE
  if (value === 0) return '0'
  const size = Math.abs(value)
  if (Number.isInteger(value) && size < 1e6) return formatCount(value)
  if (size < 1e-4 || size >= 1e6) return exponential(value)
  const rounded = Number(value.toPrecision(4))
  if (Math.abs(rounded) >= 1e6) return exponential(value)
  return DIGITS.format(rounded)
}

function exponential(value: number): string {
  const [digits = '', power = ''] = value.toExponential(3).split('e')
  return `${Number(digits)}e${power.replace('+', '')}`
}

/** A whole number with its thousands separated: `120,400`. */
export function formatCount(count: number): string {
  return WHOLE.format(count)
}

/** A number and its noun: `1 task`, `1,204 tasks`. */
export function formatMany(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`
}
