import { statusOf } from '../api/status'
import type { TaskRow } from '../api/tasks'
import { byName } from '../format/order'
import { words } from '../words'
import { type Column, cellValue, readColumn, type StandardColumn } from './columnIds'

/** What of the standard columns tasks can be grouped by: what several tasks share. */
const SHARED: readonly StandardColumn[] = ['status', 'project', 'type', 'tags', 'user', 'parent']

/** The columns tasks can be grouped by, of those the table knows now. */
export function groupable(columns: readonly Column[]): Column[] {
  const standard = SHARED.flatMap((name) => readColumn(name) ?? [])
  return [...standard, ...columns.filter(({ kind }) => kind === 'parameter')]
}

/** Reads the `group` of an address. */
export function readGroup(id: unknown): string | undefined {
  const column = typeof id === 'string' ? readColumn(id) : undefined
  if (column?.kind === 'parameter') return column.id
  return SHARED.find((name) => name === column?.id)
}

/** A number's course over the tasks of a group. */
export interface Spread {
  mean: number
  min: number
  max: number
}

export interface TaskGroup {
  /** What the tasks have in common; empty for those without any. */
  value: string
  tasks: TaskRow[]
  /** By the column's id; none where no task has a number. */
  spreads: Map<string, Spread>
}

/** The tasks by what they have in a column; a task with several tags is in several groups. */
export function groupTasks(
  tasks: readonly TaskRow[],
  by: Column,
  numeric: readonly Column[],
): TaskGroup[] {
  const groups = new Map<string, TaskRow[]>()
  for (const task of tasks) {
    for (const value of valuesOf(task, by)) {
      const group = groups.get(value)
      if (group) group.push(task)
      else groups.set(value, [task])
    }
  }
  return [...groups]
    .map(([value, own]) => ({ value, tasks: own, spreads: spreadsOf(own, numeric) }))
    .sort((a, b) => Number(a.value === '') - Number(b.value === '') || byName(a.value, b.value))
}

function valuesOf(task: TaskRow, by: Column): string[] {
  if (by.id === 'status') return [words.status[statusOf(task.status)]]
  if (by.id === 'tags') return task.tags && task.tags.length > 0 ? task.tags : ['']
  return [String(cellValue(by, task) ?? '')]
}

function spreadsOf(tasks: readonly TaskRow[], columns: readonly Column[]): Map<string, Spread> {
  const spreads = new Map<string, Spread>()
  for (const column of columns) {
    const numbers = tasks.flatMap((task) => numberIn(column, task) ?? [])
    if (numbers.length === 0) continue
    const sum = numbers.reduce((all, number) => all + number, 0)
    const min = numbers.reduce((least, number) => Math.min(least, number))
    const max = numbers.reduce((most, number) => Math.max(most, number))
    spreads.set(column.id, { mean: sum / numbers.length, min, max })
  }
  return spreads
}

/** A cell's number; text that is none has no place in a mean. */
export function numberIn(column: Column, task: TaskRow): number | undefined {
  const value = cellValue(column, task)
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

/** The columns whose numbers a group can sum up. */
export function numericColumns(columns: readonly Column[], by: Column): Column[] {
  const numbers: readonly string[] = ['last_iteration', 'active_duration']
  return columns.filter(
    (column) => column.id !== by.id && (column.kind !== 'standard' || numbers.includes(column.id)),
  )
}
