import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useCanGoBack, useNavigate, useRouter } from '@tanstack/react-router'
import { useCallback, useEffect } from 'react'
import { TaskActions } from '../actions/TaskActions'
import { type Task, taskQuery } from '../api/tasks'
import { useKeys } from '../frame/keys'
import { CrumbSeparator, TopBar } from '../frame/TopBar'
import { CopyButton } from '../ui/CopyButton'
import { words } from '../words'
import { TaskView } from './TaskView'
import { DEFAULT_TAB, TABS, type Tab, tabOf } from './tabs'

const route = getRouteApi('/frame/tasks/$taskId/$tab')

/** One task on a page of its own. */
export function TaskPage() {
  const { taskId, tab } = route.useParams()
  const { data: task } = useQuery(taskQuery(taskId))
  const goTo = useGoTo(taskId)
  useTaskKeys(goTo)
  useTitle(task?.name)
  return (
    <TaskActions>
      <TopBar>
        <Crumbs task={task ?? undefined} taskId={taskId} />
      </TopBar>
      <main className="flex min-h-0 grow flex-col">
        <TaskView taskId={taskId} tab={tabOf(tab) ?? DEFAULT_TAB} goTo={goTo} />
      </main>
    </TaskActions>
  )
}

function Crumbs({ task, taskId }: { task: Task | undefined; taskId: string }) {
  return (
    <>
      <Link to="/tasks" className="text-muted hover:text-text">
        {words.task.tasks}
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
      <CopyButton text={taskId} label={words.task.copyId} />
    </>
  )
}

function useGoTo(taskId: string): (tab: Tab, search?: object) => void {
  const navigate = useNavigate()
  return useCallback(
    (tab, search = {}) => {
      navigate({ to: '/tasks/$taskId/$tab', params: { taskId, tab }, search, replace: true })
    },
    [navigate, taskId],
  )
}

function useTaskKeys(goTo: (tab: Tab) => void): void {
  const router = useRouter()
  const canGoBack = useCanGoBack()
  const back = () => (canGoBack ? router.history.back() : router.navigate({ to: '/tasks' }))
  const numbers = TABS.map((tab, at) => [String(at + 1), () => goTo(tab)] as const)
  useKeys({ Escape: back, ...Object.fromEntries(numbers) })
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
