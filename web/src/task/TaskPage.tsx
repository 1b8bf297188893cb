import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, Outlet, useCanGoBack, useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'
import { type Task, taskQuery } from '../api/tasks'
import { useKeys } from '../frame/keys'
import { CrumbSeparator, TopBar } from '../frame/TopBar'
import { CopyButton } from '../ui/CopyButton'
import { Empty, ErrorNotice, Skeleton } from '../ui/Notices'
import { TaskHeader } from './TaskHeader'
import { TaskContext } from './taskContext'

const route = getRouteApi('/frame/tasks/$taskId')

const TABS = [
  { to: '/tasks/$taskId/console', label: 'Console' },
  { to: '/tasks/$taskId/scalars', label: 'Scalars' },
  { to: '/tasks/$taskId/info', label: 'Info' },
] as const

/** One task: its header and, below, the tab the address names. */
export function TaskPage() {
  const { taskId } = route.useParams()
  const { data: task, error, isPending, refetch } = useQuery(taskQuery(taskId))
  useTaskKeys(taskId)
  useTitle(task?.name)
  return (
    <>
      <TopBar>
        <Crumbs task={task ?? undefined} taskId={taskId} />
      </TopBar>
      <main className="flex min-h-0 grow flex-col">
        {isPending && <Skeleton rows={3} height={40} />}
        {error && task === undefined && (
          <ErrorNotice title="The task could not be read" error={error} retry={() => refetch()} />
        )}
        {task === null && (
          <Empty title="There is no task with this id, or you may not see it.">
            <Link to="/tasks" className="text-accent underline underline-offset-2">
              Go to the tasks
            </Link>
          </Empty>
        )}
        {task && (
          <TaskContext value={task}>
            <TaskHeader task={task} />
            <TabBar taskId={taskId} />
            <Outlet />
          </TaskContext>
        )}
      </main>
    </>
  )
}

function Crumbs({ task, taskId }: { task: Task | undefined; taskId: string }) {
  return (
    <>
      <Link to="/tasks" className="text-muted hover:text-text">
        Tasks
      </Link>
      {task?.project?.name && (
        <>
          <CrumbSeparator />
          <Link
            to="/tasks"
            search={{ project: task.project.id }}
            title={task.project.name}
            className="max-w-80 min-w-0 shrink truncate text-muted hover:text-text"
          >
            {task.project.name}
          </Link>
        </>
      )}
      <CrumbSeparator />
      <span className="shrink-0 font-mono text-small text-muted" title={taskId}>
        {taskId.slice(0, 8)}
      </span>
      <CopyButton text={taskId} label="Copy the task's id" />
    </>
  )
}

function TabBar({ taskId }: { taskId: string }) {
  return (
    <nav aria-label="Task" className="flex shrink-0 gap-1 border-b px-4">
      {TABS.map(({ to, label }) => (
        <Link
          key={to}
          to={to}
          params={{ taskId }}
          className="-mb-px border-b-2 border-transparent px-2 py-1.5 text-muted transition-colors hover:text-text data-[status=active]:border-accent data-[status=active]:text-text"
        >
          {label}
        </Link>
      ))}
    </nav>
  )
}

function useTaskKeys(taskId: string): void {
  const router = useRouter()
  const canGoBack = useCanGoBack()
  const open = (index: 0 | 1 | 2) => {
    const tab = TABS[index]
    router.navigate({ to: tab.to, params: { taskId }, replace: true })
  }
  const back = () => (canGoBack ? router.history.back() : router.navigate({ to: '/tasks' }))
  useKeys({
    Escape: back,
    '1': () => open(0),
    '2': () => open(1),
    '3': () => open(2),
  })
}

function useTitle(name: string | undefined): void {
  useEffect(() => {
    if (!name) return
    document.title = `${name} · Arno`
    return () => {
      document.title = 'Arno'
    }
  }, [name])
}
