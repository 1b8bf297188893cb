import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useMemo } from 'react'
import { ApiError } from '../api/client'
import type { TaskRow } from '../api/tasks'
import { formatCount, formatMany } from '../format/number'
import { TopBar } from '../frame/TopBar'
import { Empty, ErrorNotice, messageOf, Skeleton } from '../ui/Notices'
import { FilterBar } from './FilterBar'
import { FirstTask } from './FirstTask'
import { tasksQuery } from './queries'
import { isFiltered, type TaskListSearch } from './search'
import { TasksTable } from './TasksTable'

const route = getRouteApi('/frame/tasks')

export function TasksPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const list = useInfiniteQuery(tasksQuery(search))
  const tasks = useMemo(() => distinct(list.data?.pages ?? []), [list.data])
  const setSearch = (change: TaskListSearch) =>
    navigate({ search: (before) => ({ ...before, ...change }), replace: true })

  const invalidPattern = list.error instanceof ApiError && list.error.subcode === 21
  const failed = list.isError && !list.data && !invalidPattern
  const nothing = list.isSuccess && tasks.length === 0

  return (
    <>
      <TopBar>
        <h1 className="font-medium">Tasks</h1>
      </TopBar>
      <main className="flex min-h-0 grow flex-col">
        <FilterBar
          search={search}
          setSearch={setSearch}
          problem={invalidPattern ? messageOf(list.error) : undefined}
          count={list.data ? countText(tasks.length, list.hasNextPage) : ''}
        />
        {list.isPending && <Skeleton rows={12} height={32} />}
        {failed && (
          <ErrorNotice
            title="The tasks could not be read"
            error={list.error}
            retry={() => list.refetch()}
          />
        )}
        {nothing && (isFiltered(search) ? <NoMatch clear={setSearch} /> : <FirstTask />)}
        {tasks.length > 0 && (
          <TasksTable
            tasks={tasks}
            search={search}
            setSearch={setSearch}
            loadMore={() => {
              if (list.hasNextPage && !list.isFetchingNextPage) list.fetchNextPage()
            }}
          />
        )}
      </main>
    </>
  )
}

function NoMatch({ clear }: { clear: (change: TaskListSearch) => void }) {
  const nothing = { q: undefined, status: undefined, project: undefined }
  return (
    <Empty title="No task matches these filters.">
      <button
        type="button"
        className="text-accent underline underline-offset-2"
        onClick={() => clear(nothing)}
      >
        Clear the filters
      </button>
    </Empty>
  )
}

/** While pages are read one after another a task may move from one to the next; it is shown once. */
function distinct(pages: TaskRow[][]): TaskRow[] {
  return [...new Map(pages.flat().map((task) => [task.id, task])).values()]
}

/** The API tells no total: until the last page is loaded the number is a lower bound. */
function countText(count: number, more: boolean): string {
  return more ? `${formatCount(count)}+ tasks` : formatMany(count, 'task')
}
