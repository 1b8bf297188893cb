import { Link } from '@tanstack/react-router'
import { type ProjectRow, shownBelow } from '../api/projects'
import { plainLine } from '../format/plainLine'
import { lastPart } from '../format/projectName'
import { formatDuration } from '../format/time'
import { Ago } from '../ui/Ago'
import { Changing } from '../ui/Changing'
import { StatusShape } from '../ui/StatusMark'
import { words } from '../words'
import { ProjectMenu } from './ProjectMenu'

interface CardProps {
  project: ProjectRow
  /** Says the whole path, because the projects around are from anywhere. */
  wholePath?: boolean
}

/** A project at a glance: name, what its tasks do, when it last changed. */
export function ProjectCard({ project, wholePath }: CardProps) {
  const description = plainLine(project.description)
  const name = wholePath ? project.name : lastPart(project.name)
  return (
    <article className="relative flex h-full min-h-20 flex-col gap-1 rounded-md border bg-raised p-3 transition-colors focus-within:border-line-strong hover:border-line-strong">
      <div className="flex items-start gap-1">
        <h2 className="min-w-0 grow font-medium normal-nums">
          <Link
            to="/projects/$projectId/overview"
            params={{ projectId: project.id }}
            title={project.name}
            className="block truncate after:absolute after:inset-0 after:rounded-md"
          >
            {name}
          </Link>
        </h2>
        <div className="relative -mt-1 -mr-1">
          <ProjectMenu project={project} />
        </div>
      </div>
      {description && <p className="truncate text-small text-muted">{description}</p>}
      <div className="mt-auto">
        <Counters project={project} />
      </div>
    </article>
  )
}

function Counters({ project }: { project: ProjectRow }) {
  const say = words.projects
  const stats = project.stats?.active
  const running = stats?.status_count?.in_progress ?? 0
  const done = stats?.completed_tasks_24h ?? 0
  const below = shownBelow(project)?.length ?? 0
  return (
    <div className="flex flex-wrap gap-x-3 text-small text-muted">
      {stats?.total_tasks !== undefined && (
        <Changing value={stats.total_tasks}>{say.numberOfTasks(stats.total_tasks)}</Changing>
      )}
      {running > 0 && (
        <span className="inline-flex items-center gap-1 text-running">
          <StatusShape status="running" />
          {say.running(running)}
        </span>
      )}
      {done > 0 && (
        <span className="inline-flex items-center gap-1 text-completed">
          <StatusShape status="completed" />
          {say.completedToday(done)}
        </span>
      )}
      {below > 0 && <span>{say.numberBelow(below)}</span>}
      {(stats?.total_runtime ?? 0) > 0 && (
        <span title={say.computeTime}>{formatDuration((stats?.total_runtime ?? 0) * 1_000)}</span>
      )}
      <span className="ml-auto">
        <Ago date={project.last_update} />
      </span>
    </div>
  )
}
