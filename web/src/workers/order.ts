/** A copy of a list with one item taken from a place and put at another; places beyond the ends are the ends. */
export function moved<Item>(items: readonly Item[], from: number, to: number): Item[] {
  const rest = items.filter((_, at) => at !== from)
  const item = items[from]
  if (item === undefined) return rest
  return rest.toSpliced(Math.min(Math.max(to, 0), rest.length), 0, item)
}
