import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { refreshTasks } from '../actions/perform'
import { firstActions, isArchived, refusal } from '../actions/rules'
import { TaskMenuItems } from '../actions/TaskMenu'
import { useTaskActions } from '../actions/useTaskActions'
import { updateTask } from '../api/taskActions'
import type { Task } from '../api/tasks'
import { formatDuration, readMoment } from '../format/time'
import { Button } from '../ui/Button'
import { Changing } from '../ui/Changing'
import { MoreMenu } from '../ui/MoreMenu'
import { messageOf } from '../ui/Notices'
import { useNow } from '../ui/now'
import { StatusMark } from '../ui/StatusMark'
import { toast } from '../ui/toasts'
import { words } from '../words'

/** What a task is, whatever its tab shows: status, name, time it took, tags; and what can be done to it. */
export function TaskHeader({ task, controls }: { task: Task; controls?: ReactNode }) {
  const start = useTaskActions()
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1 px-4 pt-3 pb-2">
      <Name task={task} />
      <Changing value={task.status} className="flex">
        <StatusMark wire={task.status} progress={task.runtime?.progress} />
      </Changing>
      {isArchived(task) && <span className="text-muted">{words.task.archived}</span>}
      <Elapsed task={task} />
      <ul
        aria-label={words.task.tags}
        className="flex h-5 min-w-0 flex-wrap gap-1 overflow-hidden normal-nums"
      >
        {(task.tags ?? []).map((tag) => (
          <li
            key={tag}
            title={tag}
            className="max-w-40 shrink-0 truncate rounded-md bg-hover px-1.5 text-small leading-5"
          >
            {tag}
          </li>
        ))}
      </ul>
      <div className="ml-auto flex shrink-0 items-center gap-1.5">
        {firstActions(task).map((action) => (
          <Button
            key={action}
            disabled={refusal(action, task) !== undefined}
            onClick={() => start(action, [task])}
          >
            {words.actions.verbs[action]}
          </Button>
        ))}
        <MoreMenu label={words.actions.more}>
          <TaskMenuItems task={task} />
        </MoreMenu>
        {controls}
      </div>
    </div>
  )
}

/** The name; a double click or F2 edits it in place. */
function Name({ task }: { task: Task }) {
  const client = useQueryClient()
  const [draft, setDraft] = useState<string | null>(null)
  const rename = useMutation({
    mutationFn: (name: string) => updateTask(task.id, { name }),
    onSuccess: () => refreshTasks(client),
    onError: (error) =>
      toast({ text: `${words.task.renameFailed}: ${messageOf(error)}`, failed: true }),
  })
  const save = () => {
    const name = draft?.trim() ?? ''
    setDraft(null)
    if (name && name !== task.name) rename.mutate(name)
  }
  if (draft !== null) {
    return (
      <input
        // biome-ignore lint/a11y/noAutofocus: it takes the place of the name that was just activated
        autoFocus
        aria-label={words.task.rename}
        className="h-7 w-[32rem] max-w-full min-w-0 rounded-md border border-line-strong/60 bg-raised px-1.5 text-title font-semibold"
        value={draft}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={save}
        onKeyDown={(event) => {
          if (event.key === 'Enter') save()
          if (event.key === 'Escape') {
            event.stopPropagation()
            setDraft(null)
          }
        }}
      />
    )
  }
  return (
    <h1 className="max-w-full min-w-0 text-title font-semibold normal-nums">
      <button
        type="button"
        className="block max-w-full truncate !cursor-text rounded-md text-left"
        title={`${task.name}\n${words.task.rename}`}
        onDoubleClick={() => setDraft(task.name)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' || event.key === 'F2') {
            event.preventDefault()
            setDraft(task.name)
          }
        }}
      >
        {rename.isPending ? rename.variables : task.name}
      </button>
    </h1>
  )
}

function Elapsed({ task }: { task: Task }) {
  const now = useNow()
  const ms = elapsed(task, now)
  if (ms === null) return null
  return (
    <span className="whitespace-nowrap text-muted" title={words.task.timeRan}>
      {formatDuration(ms)}
    </span>
  )
}

/** Milliseconds a task has run; null when it never started. */
export function elapsed(
  task: Pick<Task, 'started' | 'completed' | 'status' | 'active_duration'>,
  now: number,
): number | null {
  const started = readMoment(task.started)?.getTime()
  if (task.status === 'in_progress' && started !== undefined) return now - started
  if (task.active_duration !== undefined) return task.active_duration * 1_000
  const completed = readMoment(task.completed)?.getTime()
  return started !== undefined && completed !== undefined ? completed - started : null
}
