import { useNavigate } from '@tanstack/react-router'
import type { TaskRow } from '../api/tasks'
import { formatCount, formatNumber, NO_VALUE } from '../format/number'
import { formatDuration } from '../format/time'
import { typeName } from '../format/typeName'
import { Ago } from '../ui/Ago'
import { Changing } from '../ui/Changing'
import { RowLink } from '../ui/RowLink'
import { StatusMark } from '../ui/StatusMark'
import { words } from '../words'
import { type Column, cellValue } from './columnIds'
import { MetricsCell } from './MetricsCell'

/** A column's name in the head of the table. */
export function columnLabel(column: Column): string {
  if (column.kind === 'parameter') return column.parameter
  if (column.kind === 'standard') return words.tasks.columns[column.name]
  const { metric, variant, value } = column
  const name = variant === '' || variant === metric ? metric : `${metric} ${variant}`
  return value === 'value' ? name : `${name} ${words.tasks.values[value]}`
}

/** True for columns of numbers, which stand to the right. */
export function isNumeric(column: Column): boolean {
  return column.kind === 'metric' || column.id === 'last_iteration'
}

/** What a column shows of a task. */
export function Cell({ column, task }: { column: Column; task: TaskRow }) {
  if (column.kind === 'metric') {
    const value = cellValue(column, task)
    return (
      <Changing value={value} className="block truncate">
        <span title={String(value ?? '')}>
          {typeof value === 'number' ? formatNumber(value) : <Nothing />}
        </span>
      </Changing>
    )
  }
  if (column.kind === 'parameter') {
    return (
      <Text text={cellValue(column, task) as string | undefined} className="font-mono text-small" />
    )
  }
  switch (column.name) {
    case 'status':
      return (
        <Changing value={task.status} className="flex">
          <StatusMark wire={task.status} progress={task.runtime?.progress} />
        </Changing>
      )
    case 'name':
      return (
        <RowLink
          path={`tasks/${task.id}/overview`}
          title={task.name}
          className="block truncate font-medium normal-nums outline-none"
        >
          {task.name}
        </RowLink>
      )
    case 'project':
      return <ProjectCell task={task} />
    case 'tags':
      return <TagsCell tags={task.tags ?? []} />
    case 'started':
      return <Ago date={task.started} />
    case 'last_update':
      return <Ago date={task.last_update} />
    case 'last_iteration':
      return (
        <Changing value={task.last_iteration}>{formatCount(task.last_iteration ?? 0)}</Changing>
      )
    case 'active_duration':
      return task.active_duration === undefined ? (
        <Nothing />
      ) : (
        formatDuration(task.active_duration * 1_000)
      )
    case 'metrics':
      return <MetricsCell taskId={task.id} />
    case 'type':
      return <Text text={task.type && typeName(task.type)} className="text-muted" />
    case 'id':
      return <Text text={task.id} className="font-mono text-small" />
    default:
      return <Text text={cellValue(column, task) as string | undefined} className="text-muted" />
  }
}

function Nothing() {
  return <span className="text-muted">{NO_VALUE}</span>
}

function Text({ text, className }: { text: string | undefined; className: string }) {
  return (
    <span className={`block truncate ${className}`} title={text}>
      {text}
    </span>
  )
}

function ProjectCell({ task: { project } }: { task: TaskRow }) {
  const navigate = useNavigate()
  if (!project?.name) return null
  const filter = () =>
    navigate({ to: '/tasks', search: (before) => ({ ...before, project: project.id }) })
  return (
    <button
      type="button"
      title={words.tasks.onlyOf(project.name)}
      tabIndex={-1}
      className="block max-w-full truncate text-muted normal-nums hover:text-accent hover:underline"
      onClick={filter}
    >
      {project.name}
    </button>
  )
}

function TagsCell({ tags }: { tags: string[] }) {
  return (
    <span
      className="flex h-5 flex-wrap items-center gap-x-1 overflow-hidden normal-nums"
      title={tags.join(', ')}
    >
      {tags.map((tag) => (
        <span
          key={tag}
          className="my-0.5 max-w-full truncate rounded-md bg-hover px-1.5 text-small"
        >
          {tag}
        </span>
      ))}
    </span>
  )
}
