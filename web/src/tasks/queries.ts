import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { call } from '../api/client'
import { polling } from '../api/live'
import { isActive } from '../api/status'
import { CALM_INTERVAL, LIVE_INTERVAL, type TaskRow } from '../api/tasks'
import type { Column } from './columnIds'
import { listRequest, PAGE_SIZE, type TaskListSearch } from './search'

/**
 * The tasks that match a search, page by page. It looks again by itself, at a pace that keeps the load
 * the same however many pages were scrolled through.
 */
export function tasksQuery(
  { columns: _, group: __, ...search }: TaskListSearch,
  columns: readonly Column[],
) {
  return infiniteQueryOptions({
    queryKey: ['tasks', search, columns.map(({ id }) => id).sort()],
    queryFn: ({ pageParam, signal }) => readPage(search, pageParam, columns, signal),
    initialPageParam: 0,
    getNextPageParam: (lastPage, pages) => (lastPage.length < PAGE_SIZE ? undefined : pages.length),
    placeholderData: keepPreviousData,
    refetchInterval: (query) => {
      const pages = query.state.data?.pages ?? []
      const active = pages.some((page) => page.some((task) => isActive(task.status)))
      const interval = active ? LIVE_INTERVAL : CALM_INTERVAL
      return polling(interval * Math.max(1, pages.length))()
    },
  })
}

async function readPage(
  search: TaskListSearch,
  page: number,
  columns: readonly Column[],
  signal?: AbortSignal,
): Promise<TaskRow[]> {
  const request = listRequest(search, page, columns)
  const options = signal ? { signal } : {}
  return (await call<{ tasks: TaskRow[] }>('tasks.get_all_ex', request, options)).tasks
}

/** Every task that matches, however many pages they are, or the first pages of them. */
export async function readAll(
  search: TaskListSearch,
  columns: readonly Column[],
  { pages = Number.POSITIVE_INFINITY, signal }: { pages?: number; signal?: AbortSignal } = {},
): Promise<{ tasks: TaskRow[]; whole: boolean }> {
  const tasks: TaskRow[] = []
  for (let page = 0; page < pages; page += 1) {
    const rows = await readPage(search, page, columns, signal)
    tasks.push(...rows)
    if (rows.length < PAGE_SIZE) return { tasks, whole: true }
  }
  return { tasks, whole: false }
}

/** Pages of tasks that are grouped at most. */
const GROUPED_PAGES = 20

/** The tasks that match, to be grouped; `whole` is false when there are too many. */
export function allTasksQuery(
  { columns: _, group: __, ...search }: TaskListSearch,
  columns: readonly Column[],
) {
  return queryOptions({
    queryKey: ['tasks', 'all', search, columns.map(({ id }) => id).sort()],
    queryFn: ({ signal }) => readAll(search, columns, { pages: GROUPED_PAGES, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: polling(CALM_INTERVAL),
  })
}
