/** How many times the middle half's width a value may lie beside it. */
const REACH = 3

/**
 * The range of the values that do not lie far from most of them: at most three times the width of the
 * middle half beside it. Nothing when there is no value.
 */
export function usualRange(
  values: Iterable<number | null | undefined>,
): [least: number, greatest: number] | undefined {
  const numbers: number[] = []
  for (const value of values) if (typeof value === 'number') numbers.push(value)
  const sorted = Float64Array.from(numbers).sort()
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? 0
  if (sorted.length === 0) return undefined
  const [low, high] = [at(0.25), at(0.75)]
  const reach = REACH * (high - low)
  const usual = sorted.filter((value) => low - reach <= value && value <= high + reach)
  return [usual[0] ?? low, usual.at(-1) ?? high]
}
