import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query'
import { call } from '../api/client'
import { isActive } from '../api/status'
import { CALM_INTERVAL, LIVE_INTERVAL, type TaskRow } from '../api/tasks'
import { listRequest, PAGE_SIZE, type TaskListSearch } from './search'

/**
 * The tasks that match a search, page by page. It looks again by itself, at a pace that keeps the load
 * the same however many pages were scrolled through.
 */
export function tasksQuery(search: TaskListSearch) {
  return infiniteQueryOptions({
    queryKey: ['tasks', search],
    queryFn: async ({ pageParam, signal }) => {
      const request = listRequest(search, pageParam)
      const answer = await call<{ tasks: TaskRow[] }>('tasks.get_all_ex', request, { signal })
      return answer.tasks
    },
    initialPageParam: 0,
    getNextPageParam: (lastPage, pages) => (lastPage.length < PAGE_SIZE ? undefined : pages.length),
    placeholderData: keepPreviousData,
    refetchInterval: (query) => {
      const pages = query.state.data?.pages ?? []
      const active = pages.some((page) => page.some((task) => isActive(task.status)))
      return (active ? LIVE_INTERVAL : CALM_INTERVAL) * Math.max(1, pages.length)
    },
  })
}
