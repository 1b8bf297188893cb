import { pluralsOf } from '../plural'

const plural = pluralsOf('ru')

/** A number and its noun: the forms after 1, after 2 and after 5. */
export function many(count: number, one: string, few: string, more: string): string {
  return plural(count, { one: `# ${one}`, few: `# ${few}`, many: `# ${more}`, other: `# ${few}` })
}

/** `1 задача`, `3 задачи`, `5 задач`. */
export const tasksOf = (count: number) => many(count, 'задача', 'задачи', 'задач')
