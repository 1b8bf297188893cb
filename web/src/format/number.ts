import { perLocale } from './locale'

/** Shown where there is no value. */
export const NO_VALUE = '–'

const digits = perLocale((locale) => new Intl.NumberFormat(locale, { maximumFractionDigits: 20 }))
const whole = perLocale((locale) => new Intl.NumberFormat(locale, { maximumFractionDigits: 0 }))

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
  return digits().format(rounded)
}

function exponential(value: number): string {
  const [mantissa = '', power = ''] = value.toExponential(3).split('e')
  return `${digits().format(Number(mantissa))}e${power.replace('+', '')}`
}

/** A whole number with its thousands separated: `120,400`. */
export function formatCount(count: number): string {
  return whole().format(count)
}
