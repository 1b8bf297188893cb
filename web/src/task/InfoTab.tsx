import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { LastMetric, Parameter, Task } from '../api/tasks'
import { formatCount, formatNumber } from '../format/number'
import { byName } from '../format/order'
import { formatMoment, readMoment } from '../format/time'
import { headlineMetrics, metricLabel } from '../tasks/metrics'
import { Ago } from '../ui/Ago'
import { CopyButton } from '../ui/CopyButton'
import { useTask } from './taskContext'

/** What is known about a task besides its output: where it belongs, when it ran, with what. */
export function InfoTab() {
  const task = useTask()
  const sections = Object.entries(task.hyperparams ?? {}).sort(([a], [b]) => byName(a, b))
  const metrics = headlineMetrics(task.last_metrics ?? {})
  return (
    <div className="min-h-0 grow overflow-auto px-4 pb-12">
      <div className="grid max-w-6xl gap-x-12 lg:grid-cols-2">
        <div>
          <About task={task} />
          <Code task={task} />
        </div>
        <div>
          {metrics.length > 0 && <LastMetricsTable metrics={metrics} />}
          {sections.map(([section, parameters]) => (
            <Parameters key={section} section={section} parameters={Object.values(parameters)} />
          ))}
        </div>
      </div>
    </div>
  )
}

function About({ task }: { task: Task }) {
  return (
    <Facts title="Task">
      <Fact name="Id">
        <span className="font-mono text-small">{task.id}</span>
        <CopyButton text={task.id} label="Copy the id" />
      </Fact>
      <Fact name="Type">{task.type?.replaceAll('_', ' ')}</Fact>
      <Fact name="Project">
        {task.project && (
          <Link
            to="/tasks"
            search={{ project: task.project.id }}
            className="text-accent hover:underline"
          >
            {task.project.name ?? task.project.id}
          </Link>
        )}
      </Fact>
      <Fact name="Parent">
        {task.parent && (
          <Link
            to="/tasks/$taskId/info"
            params={{ taskId: task.parent.id }}
            className="text-accent hover:underline"
          >
            {task.parent.name ?? task.parent.id}
          </Link>
        )}
      </Fact>
      <Fact name="User">{task.user?.name ?? task.user?.id}</Fact>
      <Fact name="Worker">{task.last_worker}</Fact>
      <Fact name="Created">{moment(task.created)}</Fact>
      <Fact name="Started">{moment(task.started)}</Fact>
      <Fact name="Completed">{moment(task.completed)}</Fact>
      <Fact name="Updated">{task.last_update && <Ago date={task.last_update} />}</Fact>
      <Fact name="Last iteration">
        {task.last_iteration !== undefined && formatCount(task.last_iteration)}
      </Fact>
      <Fact name="Status reason">{task.status_reason}</Fact>
      <Fact name="Status message">{task.status_message}</Fact>
      <Fact name="Description">{task.comment}</Fact>
    </Facts>
  )
}

function Code({ task }: { task: Task }) {
  const script = task.script
  if (!script?.entry_point && !script?.repository) return null
  return (
    <Facts title="Code">
      <Fact name="Repository">{script.repository}</Fact>
      <Fact name="Branch">{script.branch}</Fact>
      <Fact name="Commit">
        {script.version_num && <span className="font-mono text-small">{script.version_num}</span>}
      </Fact>
      <Fact name="Script">{script.entry_point}</Fact>
      <Fact name="Folder">{script.working_dir}</Fact>
    </Facts>
  )
}

function LastMetricsTable({ metrics }: { metrics: LastMetric[] }) {
  return (
    <section className="mt-6">
      <h2 className="mb-1 font-semibold">Last metrics</h2>
      <table className="w-full table-fixed text-left">
        <thead className="text-small text-muted">
          <tr className="h-8 border-b">
            <th className="w-1/2 font-normal">Metric</th>
            <th className="text-right font-normal">Last</th>
            <th className="text-right font-normal">Least</th>
            <th className="text-right font-normal">Greatest</th>
          </tr>
        </thead>
        <tbody>
          {metrics.map((item) => (
            <tr key={`${item.metric}\n${item.variant}`} className="h-8 border-b">
              <td className="truncate pr-2" title={metricLabel(item)}>
                {metricLabel(item)}
              </td>
              <NumberCell value={item.value} />
              <NumberCell value={item.min_value} />
              <NumberCell value={item.max_value} />
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function NumberCell({ value }: { value: number | null | undefined }) {
  return (
    <td className="truncate text-right" title={String(value ?? '')}>
      {formatNumber(value)}
    </td>
  )
}

function Parameters({ section, parameters }: { section: string; parameters: Parameter[] }) {
  const sorted = parameters.toSorted((a, b) => byName(a.name, b.name))
  return (
    <Facts title={`Parameters: ${section}`}>
      {sorted.map(({ name, value }) => (
        <Fact key={name} name={name}>
          <span className="font-mono text-small">{value === '' ? '""' : value}</span>
        </Fact>
      ))}
    </Facts>
  )
}

function Facts({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="mt-6">
      <h2 className="mb-1 font-semibold">{title}</h2>
      <dl className="border-t">{children}</dl>
    </section>
  )
}

/** One fact; left out when there is nothing to say. */
function Fact({ name, children }: { name: string; children: ReactNode }) {
  if (children === undefined || children === null || children === false || children === '')
    return null
  return (
    <div className="flex min-h-8 items-baseline gap-4 border-b py-1">
      <dt className="w-2/5 max-w-44 shrink-0 truncate text-muted" title={name}>
        {name}
      </dt>
      <dd className="flex min-w-0 items-center gap-1 break-words whitespace-pre-wrap [overflow-wrap:anywhere]">
        {children}
      </dd>
    </div>
  )
}

function moment(date: string | undefined): string | undefined {
  const at = readMoment(date)
  return at ? formatMoment(at) : undefined
}
