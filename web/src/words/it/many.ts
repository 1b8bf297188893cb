import { pluralsOf } from '../plural'

/** A number and its noun. */
export const many = pluralsOf('it')

/** `1 task`, `3 task`: the word does not change. */
export const tasksOf = (count: number) => many(count, { other: '# task' })
