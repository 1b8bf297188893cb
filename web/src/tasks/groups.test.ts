import { expect, it } from 'vitest'
import type { TaskRow } from '../api/tasks'
import { type Column, parameterColumnId, readColumn } from './columnIds'
import { groupTasks, numericColumns, readGroup } from './groups'

const column = (id: string) => readColumn(id) as Column
const lr = column(parameterColumnId('Args', 'lr'))

function task(id: string, fields: Partial<TaskRow>, value?: string): TaskRow {
  const hyperparams =
    value === undefined ? {} : { Args: { lr: { section: 'Args', name: 'lr', value } } }
  return { id, name: id, status: 'completed', hyperparams, ...fields }
}

it('groups by value, in natural order, those without one last', () => {
  const tasks = [task('a', {}, '10'), task('b', {}, '9'), task('c', {}), task('d', {}, '10')]
  const groups = groupTasks(tasks, lr, [])
  expect(groups.map(({ value, tasks: own }) => [value, own.map(({ id }) => id)])).toEqual([
    ['9', ['b']],
    ['10', ['a', 'd']],
    ['', ['c']],
  ])
})

it('counts a task under each of its tags', () => {
  const groups = groupTasks(
    [task('a', { tags: ['x', 'y'] }), task('b', { tags: [] })],
    column('tags'),
    [],
  )
  expect(groups.map(({ value, tasks }) => [value, tasks.length])).toEqual([
    ['x', 1],
    ['y', 1],
    ['', 1],
  ])
})

it('sums numbers up and leaves out what is none', () => {
  const iterations = column('last_iteration')
  const tasks = [
    task('a', { last_iteration: 10 }, '0.5'),
    task('b', { last_iteration: 30 }, 'auto'),
    task('c', {}, ' '),
  ]
  const [group] = groupTasks(tasks, column('status'), [iterations, lr])
  expect(group?.value).toBe('completed')
  expect(group?.spreads.get('last_iteration')).toEqual({ mean: 20, min: 10, max: 30 })
  expect(group?.spreads.get(lr.id)).toEqual({ mean: 0.5, min: 0.5, max: 0.5 })
  expect(numericColumns([column('name'), iterations, lr], lr)).toEqual([iterations])
})

it.each([
  ['status', 'status'],
  [lr.id, lr.id],
  ['name', undefined],
  ['nonsense', undefined],
  [undefined, undefined],
])('an address’s group %s means %s', (text, meant) => {
  expect(readGroup(text)).toBe(meant)
})
