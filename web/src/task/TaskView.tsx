import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type ReactNode, Suspense } from 'react'
import { taskQuery } from '../api/tasks'
import { Empty, ErrorNotice, Skeleton } from '../ui/Notices'
import { TAB } from '../ui/Tabs'
import { words } from '../words'
import { TaskHeader } from './TaskHeader'
import { TAB_PARTS, TABS, type Tab, tabLabel } from './tabs'
import { TaskContext } from './taskContext'
import { TabLinkContext } from './useTabSearch'

interface TaskViewProps {
  taskId: string
  tab: Tab
  /** Goes to a tab: a new address on the task's page, part of the table's address in the panel. */
  goTo: (tab: Tab, search?: object) => void
  /** Controls of the place it is shown in. */
  controls?: ReactNode
}

/** One task: its header and, below, the tab that is chosen. */
export function TaskView({ taskId, tab, goTo, controls }: TaskViewProps) {
  const { data: task, error, isPending, refetch } = useQuery(taskQuery(taskId))
  if (isPending) return <Skeleton rows={3} height={40} />
  if (task === undefined) {
    return <ErrorNotice title={words.task.failed} error={error} retry={() => refetch()} />
  }
  if (task === null) {
    return (
      <Empty title={words.task.gone}>
        <Link to="/tasks" className="text-accent underline underline-offset-2">
          {words.task.goToTasks}
        </Link>
      </Empty>
    )
  }
  const Part = TAB_PARTS[tab]
  return (
    <TaskContext value={task}>
      <TabLinkContext value={goTo}>
        <TaskHeader task={task} controls={controls} />
        <TabBar tab={tab} goTo={goTo} />
        <Suspense fallback={<Skeleton rows={6} height={40} />}>
          <Part key={taskId} />
        </Suspense>
      </TabLinkContext>
    </TaskContext>
  )
}

function TabBar({ tab, goTo }: { tab: Tab; goTo: (tab: Tab) => void }) {
  return (
    <div
      role="tablist"
      aria-label={words.task.nav}
      className="flex shrink-0 gap-1 overflow-x-auto overflow-y-hidden border-b px-4 whitespace-nowrap"
    >
      {TABS.map((name) => (
        <button
          key={name}
          type="button"
          role="tab"
          aria-selected={name === tab}
          data-state={name === tab ? 'active' : undefined}
          className={TAB}
          onClick={() => goTo(name)}
        >
          {tabLabel(name)}
        </button>
      ))}
    </div>
  )
}
