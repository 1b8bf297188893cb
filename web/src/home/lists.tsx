import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { failedQuery, type HomeTask, recentProjectsQuery, runningQuery } from '../api/home'
import type { Status } from '../api/status'
import { formatDuration, formatMoment, readMoment } from '../format/time'
import { ProjectCard } from '../projects/ProjectCard'
import { Ago } from '../ui/Ago'
import { useNow } from '../ui/now'
import { StatusMark } from '../ui/StatusMark'
import { words } from '../words'
import { Section } from './Section'

const MORE = 'text-small text-muted hover:text-text'

export function Running() {
  const say = words.home
  return (
    <Section
      title={say.running}
      list={useQuery(runningQuery)}
      failed={say.runningFailed}
      empty={say.nothingRuns}
      more={<AllTasks status="running" title={say.running} />}
    >
      {(tasks) => (
        <ul>
          {tasks.map((task) => (
            <TaskLine key={task.id} task={task} aside={<Elapsed started={task.started} />} />
          ))}
        </ul>
      )}
    </Section>
  )
}

export function Failed() {
  const say = words.home
  return (
    <Section
      title={say.failed}
      list={useQuery(failedQuery)}
      failed={say.failedFailed}
      empty={say.nothingFailed}
      more={<AllTasks status="failed" title={say.failed} />}
    >
      {(tasks) => (
        <ul>
          {tasks.map((task) => (
            <TaskLine
              key={task.id}
              task={task}
              reason={task.status_reason || task.status_message}
              aside={<Ago date={task.status_changed} />}
            />
          ))}
        </ul>
      )}
    </Section>
  )
}

export function RecentProjects() {
  const say = words.home
  return (
    <Section
      title={say.recent}
      list={useQuery(recentProjectsQuery)}
      failed={say.recentFailed}
      empty={say.noProjects}
      more={
        <Link to="/projects" aria-label={say.allOf(say.recent)} className={MORE}>
          {say.all}
        </Link>
      }
    >
      {(projects) => (
        <ul className="flex flex-col gap-3 pt-3">
          {projects.map((project) => (
            <li key={project.id} className="min-w-0">
              <ProjectCard project={project} wholePath />
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}

/** The way to all tasks of a status. */
function AllTasks({ status, title }: { status: Status; title: string }) {
  const say = words.home
  return (
    <Link to="/tasks" search={{ status }} aria-label={say.allOf(title)} className={MORE}>
      {say.all}
    </Link>
  )
}

interface TaskLineProps {
  task: HomeTask
  reason?: string | undefined
  aside: ReactNode
}

function TaskLine({ task, reason, aside }: TaskLineProps) {
  return (
    <li className="relative flex min-h-10 items-center gap-3 border-b py-1.5 hover:bg-hover">
      <span className="w-28 shrink-0">
        <StatusMark wire={task.status} progress={task.runtime?.progress} />
      </span>
      <span className="flex min-w-0 grow flex-col">
        <span className="flex min-w-0 gap-3">
          <Link
            to="/tasks/$taskId"
            params={{ taskId: task.id }}
            title={task.name}
            className="min-w-0 truncate font-medium normal-nums after:absolute after:inset-0"
          >
            {task.name}
          </Link>
          <span
            className="min-w-0 shrink-[2] truncate text-muted normal-nums"
            title={task.project?.name}
          >
            {task.project?.name}
          </span>
        </span>
        {reason && (
          <span className="truncate text-small text-muted" title={reason}>
            {reason}
          </span>
        )}
      </span>
      <span className="shrink-0 text-muted">{aside}</span>
    </li>
  )
}

function Elapsed({ started }: { started: string | undefined }) {
  const now = useNow()
  const moment = readMoment(started)
  if (!moment) return null
  return (
    <span title={`${words.home.sinceStart} (${formatMoment(moment)})`}>
      {formatDuration(now - moment.getTime())}
    </span>
  )
}
