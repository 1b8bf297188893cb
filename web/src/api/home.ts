import { queryOptions } from '@tanstack/react-query'
import { call } from './client'
import { polling } from './live'
import { type ProjectRow, recentProjects } from './projects'
import { CALM_INTERVAL, LIVE_INTERVAL, type TaskRow } from './tasks'

/** A task of the home page. */
export interface HomeTask extends TaskRow {
  status_reason?: string
  status_message?: string
  status_changed?: string
}

/** Tasks of each list of the home page; there are pages for more. */
const MOST_TASKS = 10
/** Projects of the home page. */
const MOST_PROJECTS = 6

const FIELDS = [
  'name',
  'status',
  'project.name',
  'user.name',
  'started',
  'status_changed',
  'status_reason',
  'status_message',
  'runtime.progress',
]

async function readTasks(request: object, signal: AbortSignal): Promise<HomeTask[]> {
  const answer = await call<{ tasks: HomeTask[] }>(
    'tasks.get_all_ex',
    {
      only_fields: FIELDS,
      system_tags: ['-archived'],
      page: 0,
      page_size: MOST_TASKS,
      ...request,
    },
    { signal },
  )
  return answer.tasks
}

/** What runs now, the latest started first. */
export const runningQuery = queryOptions({
  queryKey: ['home', 'running'],
  queryFn: ({ signal }) => readTasks({ status: ['in_progress'], order_by: ['-started'] }, signal),
  refetchInterval: polling(LIVE_INTERVAL),
})

/** What failed today and yesterday, by the calendar of who looks. */
export const failedQuery = queryOptions({
  queryKey: ['home', 'failed'],
  queryFn: ({ signal }) =>
    readTasks(
      {
        status: ['failed'],
        status_changed: [`>=${yesterday(new Date()).toISOString()}`],
        order_by: ['-status_changed'],
      },
      signal,
    ),
  refetchInterval: polling(CALM_INTERVAL),
})

/** The projects in which something last happened. */
export const recentProjectsQuery = queryOptions({
  queryKey: ['projects', 'recent'],
  queryFn: ({ signal }): Promise<ProjectRow[]> => recentProjects(MOST_PROJECTS, signal),
  refetchInterval: polling(CALM_INTERVAL),
})

/** The newest task of anybody, or of one user; null when there is none. */
export function newestTaskQuery(user?: string) {
  return queryOptions({
    queryKey: ['home', 'newest', user],
    queryFn: async ({ signal }) => {
      const request = { order_by: ['-created'], page_size: 1, ...(user && { user: [user] }) }
      return (await readTasks(request, signal))[0] ?? null
    },
    refetchInterval: polling(LIVE_INTERVAL),
  })
}

/** The beginning of the day before. */
function yesterday(now: Date): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1)
}
