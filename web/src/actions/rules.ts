import { statusOf } from '../api/status'
import type { TaskRow } from '../api/tasks'
import { words } from '../words'

/** What can be done to tasks, in the order menus show it. */
export const ACTIONS = [
  'enqueue',
  'dequeue',
  'abort',
  'clone',
  'reset',
  'publish',
  'tag',
  'move',
  'archive',
  'restore',
  'delete',
] as const

export type Action = (typeof ACTIONS)[number]

/** What of a task decides on actions. */
export type ActionTask = Pick<
  TaskRow,
  'id' | 'name' | 'type' | 'status' | 'system_tags' | 'tags' | 'project' | 'company'
>

export function isArchived({ system_tags }: Pick<TaskRow, 'system_tags'>): boolean {
  return system_tags?.includes('archived') ?? false
}

/** Which statuses an action is for; any when absent (contract §6.1 and the pages' rules). */
const STATUSES: Partial<Record<Action, readonly string[]>> = {
  enqueue: ['draft', 'aborted', 'failed'],
  dequeue: ['queued'],
  abort: ['queued', 'running'],
  reset: ['queued', 'running', 'completed', 'failed', 'aborted'],
  publish: ['completed', 'failed', 'aborted'],
}

/** Why an action is not possible on a task now; undefined when it is. */
export function refusal(action: Action, task: ActionTask): string | undefined {
  const why = words.actions.refusals
  const status = statusOf(task.status)
  const archived = isArchived(task)
  if (action !== 'clone' && task.company?.id === '') return why.readOnly
  if (action === 'restore') return archived ? undefined : why.notArchived
  if (action === 'archive') return archived ? why.archived : undefined
  if (action === 'delete') return archived || status === 'draft' ? undefined : why.archiveFirst
  if (action === 'enqueue' && archived) return why.restoreFirst
  const statuses = STATUSES[action]
  return statuses && !statuses.includes(status) ? why.status(words.status[status]) : undefined
}

/** True for tasks that start others: pipelines and searches. */
export function leadsOthers({ type }: ActionTask): boolean {
  return type === 'controller' || type === 'optimizer'
}

export interface Applicable {
  action: Action
  /** The tasks it is possible on. */
  tasks: ActionTask[]
  /** Why it is possible on none; undefined when it is on some. */
  off: string | undefined
}

/** An action on a selection: on which of it, and why not on any. */
export function applicable(action: Action, selection: readonly ActionTask[]): Applicable {
  const tasks = selection.filter((task) => refusal(action, task) === undefined)
  const first = selection[0]
  return { action, tasks, off: tasks.length === 0 && first ? refusal(action, first) : undefined }
}

/** The actions offered first, by status: what one most likely wants next. */
const FIRST: Record<string, readonly Action[]> = {
  draft: ['enqueue', 'clone'],
  queued: ['dequeue', 'abort', 'clone'],
  running: ['abort', 'clone'],
  completed: ['publish', 'clone', 'archive'],
  failed: ['enqueue', 'reset', 'clone'],
  aborted: ['enqueue', 'reset', 'clone'],
  published: ['clone', 'tag', 'archive'],
}

/** Up to three actions that stand beside the name of a task instead of in its menu. */
export function firstActions(task: ActionTask): Action[] {
  if (isArchived(task)) return ['restore', 'delete']
  return [...(FIRST[statusOf(task.status)] ?? [])]
}
