import { formatNumber } from '../format/number'
import { byName } from '../format/order'
import { words } from '../words'

/** How the values of a column lie. */
export interface Distribution {
  /** Heights from 0 to 1, from the least value to the greatest; of texts one for each, by name. */
  bars: number[]
  /** The same in words. */
  text: string
}

const BARS = 12

/** The distribution of a column's values in some tasks; none where no task has a value. */
export function distributionOf(
  values: readonly (string | number | undefined)[],
): Distribution | undefined {
  const present = values.filter((value) => value !== undefined && value !== '')
  if (present.length === 0) return undefined
  const numbers = present.map(Number)
  if (numbers.every(Number.isFinite)) return ofNumbers(numbers)
  return ofTexts(present.map(String))
}

function ofNumbers(numbers: number[]): Distribution {
  const min = numbers.reduce((least, number) => Math.min(least, number))
  const max = numbers.reduce((most, number) => Math.max(most, number))
  const counts = Array<number>(min === max ? 1 : BARS).fill(0)
  for (const number of numbers) {
    const place = min === max ? 0 : Math.floor(((number - min) / (max - min)) * BARS)
    const at = Math.min(place, counts.length - 1)
    counts[at] = (counts[at] ?? 0) + 1
  }
  const range = min === max ? formatNumber(min) : `${formatNumber(min)} … ${formatNumber(max)}`
  return { bars: heights(counts), text: words.tasks.inTasks(range, numbers.length) }
}

function ofTexts(texts: string[]): Distribution {
  const counts = new Map<string, number>()
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1)
  const names = [...counts.keys()].sort(byName)
  const shown = names.slice(0, BARS)
  const more = names.length > shown.length ? ' …' : ''
  return {
    bars: heights(shown.map((name) => counts.get(name) ?? 0)),
    text: words.tasks.inTasks(`${shown.join(', ')}${more}`, texts.length),
  }
}

function heights(counts: number[]): number[] {
  const most = Math.max(...counts)
  return counts.map((count) => count / most)
}
