import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { call } from './client'
import { polling } from './live'
import { isActive, type WireStatus } from './status'

/** A reference to another entity, with its name joined by the server. */
export interface Named {
  id: string
  name?: string
}

/** One metric and variant's running summary, as the server keeps it on the task. */
export interface LastMetric {
  metric: string
  variant: string
  value: number | null
  min_value?: number | null
  min_value_iteration?: number
  max_value?: number | null
  max_value_iteration?: number
  first_value?: number | null
  count?: number
}

/** metric hash → variant hash → summary. */
export type LastMetrics = Record<string, Record<string, LastMetric>>

export interface TaskRow {
  id: string
  name: string
  type?: string
  status: WireStatus
  project?: Named
  user?: Named
  /** Without an id for what is public and therefore read-only. */
  company?: Named
  tags?: string[]
  system_tags?: string[]
  created?: string
  started?: string
  completed?: string
  last_update?: string
  active_duration?: number
  last_iteration?: number
  runtime?: { progress?: string | number; [name: string]: unknown }
  parent?: Named
  comment?: string
  last_metrics?: LastMetrics
  hyperparams?: Record<string, Record<string, Parameter>>
}

export interface Parameter {
  section: string
  name: string
  value: string
  type?: string
  description?: string
}

export interface Task extends TaskRow {
  last_change?: string
  status_message?: string
  status_reason?: string
  last_worker?: string
  execution?: { queue?: Named }
  published?: string
}

/** Pause between two looks at something that runs, and at something that rests (milliseconds). */
export const LIVE_INTERVAL = 2_000
export const CALM_INTERVAL = 10_000

/**
 * The last metrics of the rows in view; the list itself leaves them out because they are large.
 * They are read when the view stands still, and again and again while a task in it is live.
 */
export function lastMetricsQuery(
  ids: string[],
  { live, still }: { live: boolean; still: boolean },
) {
  return queryOptions({
    queryKey: ['lastMetrics', ids],
    queryFn: async ({ signal }) => {
      const request = { id: ids, only_fields: ['last_metrics'], page: 0, page_size: ids.length }
      const answer = await call<{ tasks: { id: string; last_metrics?: LastMetrics }[] }>(
        'tasks.get_all_ex',
        request,
        { signal },
      )
      return new Map(answer.tasks.map((task) => [task.id, task.last_metrics ?? {}]))
    },
    enabled: still && ids.length > 0,
    placeholderData: keepPreviousData,
    refetchInterval: live && polling(LIVE_INTERVAL),
  })
}

const TASK_FIELDS = [
  'name',
  'type',
  'status',
  'project.name',
  'user.name',
  'parent.name',
  'tags',
  'comment',
  'created',
  'started',
  'completed',
  'last_update',
  'last_change',
  'system_tags',
  'company',
  'active_duration',
  'last_iteration',
  'last_metrics',
  'last_worker',
  'runtime',
  'status_message',
  'status_reason',
  'hyperparams',
  'execution.queue.name',
  'published',
]

/** One task; null when no task with this id is visible to the caller. */
export function taskQuery(id: string) {
  return queryOptions({
    queryKey: ['task', id],
    queryFn: async ({ signal }) => {
      const request = { id: [id], only_fields: TASK_FIELDS, page: 0, page_size: 1 }
      const answer = await call<{ tasks: Task[] }>('tasks.get_all_ex', request, { signal })
      return answer.tasks[0] ?? null
    },
    refetchInterval: (query) => {
      const task = query.state.data
      return polling(task && isActive(task.status) ? LIVE_INTERVAL : CALM_INTERVAL)()
    },
  })
}

/** Everything the server knows of a task. */
export async function readTask(task: string): Promise<object> {
  return (await call<{ task: object }>('tasks.get_by_id', { task })).task
}

/** Where a task waits or runs: its queue's id and the name of its worker. */
export async function readPlace(task: string): Promise<{ queue?: string; worker?: string }> {
  const request = { id: [task], only_fields: ['execution.queue', 'last_worker'] }
  const { tasks } = await call<{ tasks: Partial<Task>[] }>('tasks.get_by_id_ex', request)
  const { execution, last_worker: worker } = tasks[0] ?? {}
  const queue = execution?.queue?.id
  return { ...(queue && { queue }), ...(worker && { worker }) }
}

/** The steps or trials of a task that wait or run. */
export async function readActiveChildren(task: string): Promise<TaskRow[]> {
  const request = {
    parent: [task],
    status: ['queued', 'in_progress'],
    search_hidden: true,
    only_fields: ['name', 'type', 'status', 'system_tags', 'tags', 'project', 'company'],
    page: 0,
    page_size: 500,
  }
  return (await call<{ tasks: TaskRow[] }>('tasks.get_all_ex', request)).tasks
}

/** Every tag that is on a task, by name. */
export const taskTagsQuery = queryOptions({
  queryKey: ['taskTags'],
  queryFn: async ({ signal }) => {
    const answer = await call<{ tags: string[] }>('projects.get_task_tags', {}, { signal })
    return answer.tags
  },
  staleTime: 10_000,
})

/** Every parameter that tasks of a project and those below it have, by section and name. */
export function parametersQuery(project: string) {
  return queryOptions({
    queryKey: ['project', project, 'parameters'],
    queryFn: async ({ signal }) => {
      const answer = await call<{ parameters: Pick<Parameter, 'section' | 'name'>[] }>(
        'projects.get_hyper_parameters',
        { project, page_size: 500 },
        { signal },
      )
      return answer.parameters
    },
    staleTime: 30_000,
  })
}

/** Tasks of a sample. */
const SAMPLED = 50

/** The newest tasks of a project and those below it, or of all, with what columns can be made of. */
export function sampleTasksQuery(project: string | undefined) {
  return queryOptions({
    queryKey: ['project', project ?? '', 'sample'],
    queryFn: async ({ signal }) => {
      const request = {
        ...(project && { project: [project], include_subprojects: true }),
        only_fields: ['hyperparams', 'last_metrics'],
        system_tags: ['-archived'],
        order_by: ['-last_update'],
        page: 0,
        page_size: SAMPLED,
      }
      return (await call<{ tasks: TaskRow[] }>('tasks.get_all_ex', request, { signal })).tasks
    },
    staleTime: 30_000,
  })
}

/** The types that tasks have. */
export const taskTypesQuery = queryOptions({
  queryKey: ['taskTypes'],
  queryFn: async ({ signal }) => {
    const answer = await call<{ types: string[] }>('tasks.get_types', {}, { signal })
    return answer.types.sort()
  },
  staleTime: 30_000,
})
