import { useNavigate } from '@tanstack/react-router'
import { createColumnHelper, tableFeatures } from '@tanstack/react-table'
import type { TaskRow } from '../api/tasks'
import { Ago } from '../ui/Ago'
import { Changing } from '../ui/Changing'
import { RowLink } from '../ui/RowLink'
import { StatusMark } from '../ui/StatusMark'
import { MetricsCell } from './MetricsCell'
import type { SortColumn } from './search'

/** The server sorts, filters and pages, so that the table needs none of the library's features. */
export const features = tableFeatures({})

/** Width of each column as CSS grid tracks, in the columns' order. */
export const TRACKS =
  'minmax(132px, 0.6fr) minmax(180px, 2.4fr) minmax(96px, 1.2fr) minmax(64px, 0.8fr) minmax(72px, 0.7fr) 92px minmax(150px, 2fr)'

/** Columns the server can sort by. */
export const SORTS: Partial<Record<string, SortColumn>> = {
  status: 'status',
  name: 'name',
  lastUpdate: 'last_update',
}

const helper = createColumnHelper<typeof features, TaskRow>()

export const columns = helper.columns([
  helper.accessor('status', {
    header: 'Status',
    cell: ({ row }) => (
      <Changing value={row.original.status} className="flex">
        <StatusMark wire={row.original.status} progress={row.original.runtime?.progress} />
      </Changing>
    ),
  }),
  helper.accessor('name', {
    header: 'Name',
    cell: ({ row }) => (
      <RowLink
        path={`tasks/${row.original.id}/overview`}
        title={row.original.name}
        className="block truncate font-medium normal-nums outline-none"
      >
        {row.original.name}
      </RowLink>
    ),
  }),
  helper.accessor((task) => task.project?.name, {
    id: 'project',
    header: 'Project',
    cell: ({ row }) => <ProjectCell task={row.original} />,
  }),
  helper.accessor('tags', {
    header: 'Tags',
    cell: ({ row }) => <TagsCell tags={row.original.tags ?? []} />,
  }),
  helper.accessor((task) => task.user?.name, {
    id: 'user',
    header: 'User',
    cell: ({ row }) => (
      <span className="block truncate text-muted" title={row.original.user?.name}>
        {row.original.user?.name}
      </span>
    ),
  }),
  helper.accessor((task) => task.last_update, {
    id: 'lastUpdate',
    header: 'Updated',
    cell: ({ row }) => <Ago date={row.original.last_update} />,
  }),
  helper.display({
    id: 'lastMetrics',
    header: 'Last metrics',
    cell: ({ row }) => <MetricsCell taskId={row.original.id} />,
  }),
])

function ProjectCell({ task: { project } }: { task: TaskRow }) {
  const navigate = useNavigate()
  if (!project?.name) return null
  const filter = () =>
    navigate({ to: '/tasks', search: (before) => ({ ...before, project: project.id }) })
  return (
    <button
      type="button"
      title={`Only tasks of ${project.name}`}
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
