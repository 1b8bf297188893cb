import type { QueryClient } from '@tanstack/react-query'
import {
  archiveTasks,
  type BulkOutcome,
  changeTags,
  dequeueTasks,
  enqueueTasks,
  moveTasks,
  type ProjectChoice,
  type QueueChoice,
  restoreTasks,
} from '../api/taskActions'
import { groupBy } from '../format/group'
import { messageOf } from '../ui/Notices'
import { toast } from '../ui/toasts'
import { words } from '../words'
import type { Action, ActionTask } from './rules'

/** Has everything that shows tasks read again. */
export async function refreshTasks(client: QueryClient): Promise<void> {
  await Promise.all(
    ['tasks', 'task', 'queues'].map((name) => client.invalidateQueries({ queryKey: [name] })),
  )
}

/**
 * Does an action and tells what became of it, with a way back where there is one.
 * `run` fails only when nothing was done.
 */
export async function perform(
  client: QueryClient,
  action: Action,
  tasks: ActionTask[],
  run: (ids: string[]) => Promise<BulkOutcome>,
  undo?: (ids: string[]) => Promise<unknown>,
): Promise<BulkOutcome> {
  const outcome = await run(tasks.map(({ id }) => id))
  await refreshTasks(client)
  tell(action, tasks, outcome, undo && ((ids) => undo(ids).then(() => refreshTasks(client))))
  return outcome
}

function tell(
  action: Action,
  tasks: ActionTask[],
  { succeeded, failed }: BulkOutcome,
  undo?: (ids: string[]) => Promise<unknown>,
): void {
  const first = tasks.find(({ id }) => id === succeeded[0])
  if (first) {
    const text = words.actions.done[action](succeeded.length, first.name)
    toast({ text, ...(undo && { undo: () => undo(succeeded) }) })
  }
  if (failed[0]) {
    const text = words.actions.partly(failed.length, tasks.length, failed[0].message)
    toast({ text: words.actions.failed(words.actions.verbs[action], text), failed: true })
  }
}

/** Runs an action that has no dialog: a failure becomes a toast. */
function atOnce(action: Action, done: Promise<unknown>): void {
  done.catch((error) => {
    const text = words.actions.failed(words.actions.verbs[action], messageOf(error))
    toast({ text, failed: true })
  })
}

export function archive(client: QueryClient, tasks: ActionTask[]): void {
  atOnce('archive', perform(client, 'archive', tasks, archiveTasks, restoreTasks))
}

export function restore(client: QueryClient, tasks: ActionTask[]): void {
  atOnce('restore', perform(client, 'restore', tasks, restoreTasks, archiveTasks))
}

export function dequeue(client: QueryClient, tasks: ActionTask[]): void {
  atOnce('dequeue', perform(client, 'dequeue', tasks, dequeueTasks))
}

/** Puts tasks into a queue, and says so when nobody works on it. */
export async function enqueue(
  client: QueryClient,
  tasks: ActionTask[],
  queue: QueueChoice,
): Promise<void> {
  let unwatched = false
  await perform(
    client,
    'enqueue',
    tasks,
    async (ids) => {
      const outcome = await enqueueTasks(ids, queue)
      unwatched = outcome.watched === false
      return outcome
    },
    dequeueTasks,
  )
  if (unwatched) toast({ text: words.actions.enqueueDialog.noWorker, failed: true })
}

/** Moves tasks to a project; undone, each goes back to where it was. */
export async function move(
  client: QueryClient,
  tasks: ActionTask[],
  to: ProjectChoice,
): Promise<void> {
  const before = groupBy(tasks, (task) => task.project?.id)
  const back = async () => {
    for (const [project, own] of before) {
      if (project)
        await moveTasks(
          own.map(({ id }) => id),
          { project },
        )
    }
  }
  const run = async (ids: string[]) => {
    await moveTasks(ids, to)
    return { succeeded: ids, failed: [] }
  }
  const hadProjects = !before.has(undefined)
  await perform(client, 'move', tasks, run, hadProjects ? back : undefined)
}

/** Adds tags to all tasks and removes others from all; undone, each task has its own ones again. */
export async function tag(
  client: QueryClient,
  tasks: ActionTask[],
  add: string[],
  remove: string[],
): Promise<void> {
  const back = async () => {
    for (const task of tasks) {
      const had = new Set(task.tags ?? [])
      const lost = remove.filter((name) => had.has(name))
      const gained = add.filter((name) => !had.has(name))
      if (lost.length + gained.length > 0) await changeTags([task.id], lost, gained)
    }
  }
  const run = async (ids: string[]) => {
    await changeTags(ids, add, remove)
    return { succeeded: ids, failed: [] }
  }
  await perform(client, 'tag', tasks, run, back)
}
