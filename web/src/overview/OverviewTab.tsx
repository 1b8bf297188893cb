import { useQuery } from '@tanstack/react-query'
import { type Artifact, outputsQuery } from '../api/outputs'
import { formatBytes } from '../format/bytes'
import { useTask } from '../task/taskContext'
import { useFreshWith } from '../task/useFreshWith'
import { useTabLink } from '../task/useTabSearch'
import { ErrorNotice, Skeleton } from '../ui/Notices'
import { words } from '../words'
import { ChangedParameters } from './ChangedParameters'
import { HeadlineMetrics } from './HeadlineMetrics'
import { LastLines } from './LastLines'
import { Part } from './Part'

/** What matters of a task at a glance. */
export function OverviewTab() {
  const task = useTask()
  return (
    <div className="@container min-h-0 grow overflow-auto px-4 pb-12">
      <div className="grid max-w-7xl gap-x-12 @4xl:grid-cols-2">
        <div className="min-w-0">
          {task.comment && (
            <Part title={words.overview.description}>
              <p className="line-clamp-6 whitespace-pre-wrap text-prose [overflow-wrap:anywhere]">
                {task.comment}
              </p>
            </Part>
          )}
          <HeadlineMetrics />
          <ChangedParameters />
        </div>
        <div className="min-w-0">
          <LastLines />
          <Outputs />
        </div>
      </div>
    </div>
  )
}

function Outputs() {
  const task = useTask()
  const open = useTabLink()
  const outputs = useQuery(outputsQuery(task.id))
  useFreshWith(task, [outputs.refetch])
  const text = words.overview
  const items = [
    ...(outputs.data?.models ?? [])
      .filter((model) => model.role === 'output')
      .map((model) => ({ key: `output:${model.as}`, name: model.name, note: model.framework })),
    ...(outputs.data?.artifacts ?? [])
      .filter((artifact) => artifact.mode === 'output')
      .map((artifact) => ({
        key: `artifact:${artifact.key}`,
        name: artifact.key,
        note: noteOf(artifact),
      })),
  ]
  return (
    <Part title={text.outputs} tab="artifacts">
      {outputs.isPending && <Skeleton rows={3} height={32} />}
      {outputs.isError && (
        <ErrorNotice title={text.failed} error={outputs.error} retry={() => outputs.refetch()} />
      )}
      {outputs.data && items.length === 0 && <p className="text-muted">{text.noOutputs}</p>}
      <ul>
        {items.slice(0, 12).map(({ key, name, note }) => (
          <li key={key} className="border-b">
            <button
              type="button"
              className="flex h-8 w-full items-center gap-4 text-left hover:text-accent"
              onClick={() => open('artifacts', { show: key })}
            >
              <span className="min-w-0 truncate normal-nums" title={name}>
                {name}
              </span>
              <span className="ml-auto text-small whitespace-nowrap text-muted">{note}</span>
            </button>
          </li>
        ))}
      </ul>
    </Part>
  )
}

/** `pandas 691 B`, as far as it is known. */
function noteOf({ type, content_size }: Artifact): string {
  const size = content_size === undefined ? undefined : formatBytes(content_size)
  return [type, size].filter(Boolean).join(' ')
}
