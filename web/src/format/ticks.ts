/** Round values that part a range into about `count` steps, all inside it. */
export function niceTicks(min: number, max: number, count: number): number[] {
  const span = max - min
  if (!(span > 0) || !Number.isFinite(span)) return [min]
  const rough = span / count
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough) ?? rough
  const first = Math.ceil(min / step)
  const last = Math.floor(max / step)
  // Multiples, not sums: they do not gather rounding errors.
  return Array.from({ length: last - first + 1 }, (_, at) =>
    Number(((first + at) * step).toPrecision(12)),
  )
}

/** The range of some values with a little room around; `[0, 1]` when there are none. */
export function rangeOf(values: readonly number[]): [min: number, max: number] {
  let min = Number.POSITIVE_INFINITY
  let max = Number.NEGATIVE_INFINITY
  for (const value of values) {
    min = Math.min(min, value)
    max = Math.max(max, value)
  }
  if (min > max) return [0, 1]
  const room = max > min ? (max - min) * 0.06 : Math.abs(min) * 0.1 || 1
  return [min - room, max + room]
}
