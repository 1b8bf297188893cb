import { call } from './client'

/** What became of one action on several tasks. */
export interface BulkOutcome {
  succeeded: string[]
  failed: { id: string; message: string }[]
}

interface BulkAnswer {
  succeeded: { id: string; queue_watched?: boolean }[]
  failed: { id: string; error: { msg: string } }[]
  /** The contract has it here, some servers beside each task. */
  queue_watched?: boolean
}

/** Tasks of one request; more are sent one batch after the other. */
const BATCH = 200

async function bulk(endpoint: string, ids: string[], options: object = {}) {
  const outcome: BulkOutcome & { watched?: boolean | undefined } = { succeeded: [], failed: [] }
  for (let at = 0; at < ids.length; at += BATCH) {
    const request = { ids: ids.slice(at, at + BATCH), ...options }
    const answer = await call<BulkAnswer>(`tasks.${endpoint}`, request)
    outcome.succeeded.push(...answer.succeeded.map(({ id }) => id))
    outcome.failed.push(...answer.failed.map(({ id, error }) => ({ id, message: error.msg })))
    outcome.watched ??= answer.queue_watched ?? answer.succeeded[0]?.queue_watched
  }
  return outcome
}

/** A queue by its id, or by a name that is made when it does not exist. */
export type QueueChoice = { queue: string } | { queue_name: string }

/** Puts tasks into a queue. `watched` is false when no worker listens to it. */
export const enqueueTasks = (ids: string[], queue: QueueChoice) =>
  bulk('enqueue_many', ids, { ...queue, verify_watched_queue: true })

export const dequeueTasks = (ids: string[]) => bulk('dequeue_many', ids)

/** Stops tasks; of a pipeline's controller also its steps. */
export const abortTasks = (ids: string[]) =>
  bulk('stop_many', ids, { include_pipeline_steps: true })

/** Makes drafts of tasks again; what they reported is gone afterwards. */
export const resetTasks = (ids: string[], { withFiles }: { withFiles: boolean }) =>
  bulk('reset_many', ids, { delete_external_artifacts: withFiles })

export const publishTasks = (ids: string[]) => bulk('publish_many', ids)

export const archiveTasks = (ids: string[]) =>
  bulk('archive_many', ids, { include_pipeline_steps: true })

export const restoreTasks = (ids: string[]) =>
  bulk('unarchive_many', ids, { include_pipeline_steps: true })

/** Deletes tasks, what they reported, and their unpublished output models. */
export const deleteTasks = (ids: string[], { withFiles }: { withFiles: boolean }) =>
  bulk('delete_many', ids, { delete_external_artifacts: withFiles, include_pipeline_steps: true })

/** A project by its id, or by a path that is made when it does not exist. */
export type ProjectChoice = { project: string } | { project_name: string }

export async function moveTasks(ids: string[], to: ProjectChoice): Promise<void> {
  await call('tasks.move', { ids, ...to })
}

export async function changeTags(ids: string[], add: string[], remove: string[]): Promise<void> {
  await call('tasks.update_tags', {
    ids,
    ...(add.length > 0 && { add_tags: add }),
    ...(remove.length > 0 && { remove_tags: remove }),
  })
}

export interface CloneRequest {
  task: string
  name: string
  comment: string
  /** The project's path; made when it does not exist. */
  project: string
}

/** Makes a draft with everything that makes a run of the task. Returns the draft's id. */
export async function cloneTask({ task, name, comment, project }: CloneRequest): Promise<string> {
  const answer = await call<{ id: string }>('tasks.clone', {
    task,
    new_task_name: name,
    new_task_comment: comment,
    new_task_parent: task,
    ...(project && { new_project_name: project }),
  })
  return answer.id
}

/** Writes fields of a draft, or with `force` of any task that is not published. */
export async function editTask(task: string, fields: object, force = false): Promise<void> {
  await call('tasks.edit', { task, ...fields, ...(force && { force }) })
}

/** Renames or describes a task, whatever its status. */
export async function updateTask(
  task: string,
  fields: { name?: string; comment?: string },
): Promise<void> {
  await call('tasks.update', { task, ...fields })
}

export async function createTask(fields: object): Promise<string> {
  return (await call<{ id: string }>('tasks.create', fields)).id
}
