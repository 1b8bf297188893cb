import { statusOf } from '../api/status'
import type { Task } from '../api/tasks'

/** True when what makes a run of a task may still be changed (contract §6.11). */
export function isEditable(task: Pick<Task, 'status' | 'company'>): boolean {
  return statusOf(task.status) === 'draft' && task.company?.id !== ''
}
