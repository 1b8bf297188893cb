import type { Task } from '../api/tasks'
import { formatDuration, readMoment } from '../format/time'
import { Changing } from '../ui/Changing'
import { useNow } from '../ui/now'
import { StatusMark } from '../ui/StatusMark'

/** What a task is, whatever its tab shows: status, name, time it took, tags. */
export function TaskHeader({ task }: { task: Task }) {
  return (
    <div className="flex shrink-0 items-center gap-4 px-4 pt-4 pb-2">
      <h1 className="min-w-0 truncate text-title font-semibold normal-nums" title={task.name}>
        {task.name}
      </h1>
      <Changing value={task.status} className="flex">
        <StatusMark wire={task.status} progress={task.runtime?.progress} />
      </Changing>
      <Elapsed task={task} />
      <ul aria-label="Tags" className="flex min-w-0 shrink gap-1 overflow-hidden">
        {(task.tags ?? []).map((tag) => (
          <li
            key={tag}
            className="max-w-40 shrink-0 truncate rounded-md bg-hover px-1.5 text-small"
          >
            {tag}
          </li>
        ))}
      </ul>
    </div>
  )
}

function Elapsed({ task }: { task: Task }) {
  const now = useNow()
  const ms = elapsed(task, now)
  if (ms === null) return null
  return (
    <span className="whitespace-nowrap text-muted" title="Time the task ran">
      {formatDuration(ms)}
    </span>
  )
}

/** Milliseconds a task has run; null when it never started. */
export function elapsed(task: Task, now: number): number | null {
  const started = readMoment(task.started)?.getTime()
  if (task.status === 'in_progress' && started !== undefined) return now - started
  if (task.active_duration !== undefined) return task.active_duration * 1_000
  const completed = readMoment(task.completed)?.getTime()
  return started !== undefined && completed !== undefined ? completed - started : null
}
