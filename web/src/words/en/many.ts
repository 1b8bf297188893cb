import { pluralsOf } from '../plural'

const plural = pluralsOf('en')

/** A number and its noun: `1 task`, `1,204 tasks`. */
export function many(count: number, noun: string): string {
  return plural(count, { one: `# ${noun}`, other: `# ${noun}s` })
}
