import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { type ProjectRow, projectQuery } from '../api/projects'
import { STATUSES, wireStatuses } from '../api/status'
import { formatCount, NO_VALUE } from '../format/number'
import { formatDuration } from '../format/time'
import { Ago } from '../ui/Ago'
import { Changing } from '../ui/Changing'
import { StatusShape } from '../ui/StatusMark'
import { words } from '../words'
import { Description } from './Description'
import { Snapshot } from './Snapshot'

const route = getRouteApi('/frame/projects/$projectId/overview')

/** A project at a glance: what its tasks add up to, a metric over time, what people wrote about it. */
export function OverviewTab() {
  const { projectId } = route.useParams()
  const { data: project } = useQuery(projectQuery(projectId))
  if (!project) return null
  return (
    <div className="min-h-0 grow overflow-y-auto">
      <Statistics project={project} />
      <div className="grid items-start gap-x-8 gap-y-6 p-4 lg:grid-cols-2">
        <Description key={project.id} project={project} />
        <Snapshot project={project} />
      </div>
    </div>
  )
}

function Statistics({ project }: { project: ProjectRow }) {
  const say = words.projects
  const stats = project.stats?.active
  const counts = STATUSES.map((status) => ({
    status,
    count: wireStatuses(status).reduce((sum, wire) => sum + (stats?.status_count?.[wire] ?? 0), 0),
  }))
  const runtime = stats?.total_runtime
  return (
    <dl className="flex flex-wrap gap-x-8 gap-y-3 border-b px-4 py-3">
      {stats && (
        <Fact name={say.tasks}>
          <span className="flex flex-wrap gap-x-3">
            <Changing value={stats.total_tasks}>{formatCount(stats.total_tasks ?? 0)}</Changing>
            {counts
              .filter(({ count }) => count > 0)
              .map(({ status, count }) => (
                <Link
                  key={status}
                  to="/tasks"
                  search={{ project: project.id, status }}
                  className="inline-flex items-center gap-1 text-muted hover:text-text"
                >
                  <StatusShape status={status} />
                  <Changing value={count}>{formatCount(count)}</Changing> {words.status[status]}
                </Link>
              ))}
          </span>
        </Fact>
      )}
      <Fact name={say.computeTime}>{runtime ? formatDuration(runtime * 1_000) : NO_VALUE}</Fact>
      <Fact name={say.lastRun}>
        <Ago date={stats?.last_task_run ?? undefined} />
      </Fact>
      <Fact name={say.created}>
        <Ago date={project.created} />
      </Fact>
      {project.default_output_destination && (
        <Fact name={say.output}>
          <span className="font-mono break-all">{project.default_output_destination}</span>
        </Fact>
      )}
    </dl>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-small text-muted">{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
