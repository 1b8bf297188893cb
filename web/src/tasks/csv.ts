import type { TaskRow } from '../api/tasks'
import { toCsv } from '../format/csv'
import { saveText } from '../ui/save'
import { columnLabel } from './cells'
import { type Column, cellValue } from './columnIds'

/** Keeps the tasks as a file, with the columns of the table in full precision and the tasks' ids. */
export function saveCsv(columns: readonly Column[], tasks: readonly TaskRow[]): void {
  const written = columns.filter(({ id }) => id !== 'metrics' && id !== 'id')
  const rows = tasks.map((task) => [task.id, ...written.map((column) => cellValue(column, task))])
  saveText('tasks.csv', toCsv([['id', ...written.map(columnLabel)], ...rows]), 'text/csv')
}
