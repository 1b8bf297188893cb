import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { refreshTasks } from '../actions/perform'
import { updateTask } from '../api/taskActions'
import type { LastMetric, Task } from '../api/tasks'
import { formatCount, formatNumber } from '../format/number'
import { byName } from '../format/order'
import { formatDuration, formatMoment, readMoment } from '../format/time'
import { typeName } from '../format/typeName'
import { headlineMetrics, metricLabel } from '../tasks/metrics'
import { Ago } from '../ui/Ago'
import { Button } from '../ui/Button'
import { Problem } from '../ui/Confirm'
import { CopyButton } from '../ui/CopyButton'
import { Fact, Facts } from '../ui/Facts'
import { CONTROL } from '../ui/Field'
import { words } from '../words'
import { elapsed } from './TaskHeader'
import { useTask } from './taskContext'

/** What is known about a task besides its output: where it belongs, when it ran, on what. */
export function InfoTab() {
  const task = useTask()
  const metrics = headlineMetrics(task.last_metrics ?? {})
  const runtime = Object.entries(task.runtime ?? {})
    .filter(([name]) => !name.startsWith('_'))
    .sort(([a], [b]) => byName(a, b))
  return (
    <div className="min-h-0 grow overflow-auto px-4 pb-12">
      <div className="grid max-w-6xl gap-x-12 lg:grid-cols-2">
        <div>
          <Description task={task} />
          <About task={task} />
        </div>
        <div>
          {metrics.length > 0 && <LastMetricsTable metrics={metrics} />}
          {runtime.length > 0 && (
            <Section title={words.info.runtime}>
              <Facts>
                {runtime.map(([name, value]) => (
                  <Fact key={name} name={name}>
                    {String(value)}
                  </Fact>
                ))}
              </Facts>
            </Section>
          )}
        </div>
      </div>
    </div>
  )
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="mt-6">
      <h2 className="mb-1 font-semibold">{title}</h2>
      {children}
    </section>
  )
}

/** What people wrote about the task; it can be written at any time. */
function Description({ task }: { task: Task }) {
  const client = useQueryClient()
  const [draft, setDraft] = useState<string | null>(null)
  const save = useMutation({
    mutationFn: async (comment: string) => {
      await updateTask(task.id, { comment })
      await refreshTasks(client)
    },
    onSuccess: () => setDraft(null),
  })
  const text = words.info
  return (
    <Section title={text.description}>
      {draft === null ? (
        <div className="flex items-start gap-3">
          <p className="min-w-0 grow whitespace-pre-wrap text-prose [overflow-wrap:anywhere]">
            {task.comment || <span className="text-muted">{text.noDescription}</span>}
          </p>
          <Button disabled={task.company?.id === ''} onClick={() => setDraft(task.comment ?? '')}>
            {words.task.edit}
          </Button>
        </div>
      ) : (
        <>
          <textarea
            aria-label={text.description}
            rows={5}
            className={`${CONTROL} h-auto py-1.5`}
            value={draft}
            onChange={(event) => setDraft(event.target.value)}
          />
          <Problem error={save.error} />
          <div className="mt-1 flex justify-end gap-2">
            <Button onClick={() => setDraft(null)}>{words.task.discard}</Button>
            <Button kind="main" disabled={save.isPending} onClick={() => save.mutate(draft)}>
              {words.task.save}
            </Button>
          </div>
        </>
      )}
    </Section>
  )
}

function About({ task }: { task: Task }) {
  const text = words.info
  const ran = elapsed(task, Date.now())
  return (
    <Section title={text.task}>
      <Facts>
        <Fact name={text.id}>
          <span className="font-mono text-small">{task.id}</span>
          <CopyButton text={task.id} label={text.copyId} />
        </Fact>
        <Fact name={text.type}>{task.type && typeName(task.type)}</Fact>
        <Fact name={text.project}>
          {task.project?.id && (
            <Link
              to="/tasks"
              search={{ project: task.project.id }}
              className="text-accent hover:underline"
            >
              {task.project.name ?? task.project.id}
            </Link>
          )}
        </Fact>
        <Fact name={text.parent}>
          {task.parent?.id && (
            <Link
              to="/tasks/$taskId/$tab"
              params={{ taskId: task.parent.id, tab: 'info' }}
              className="text-accent hover:underline"
            >
              {task.parent.name ?? task.parent.id}
            </Link>
          )}
        </Fact>
        <Fact name={text.user}>{task.user?.name ?? task.user?.id}</Fact>
        <Fact name={text.queue}>
          {task.execution?.queue?.id && (
            <Link
              to="/queues/$queueId"
              params={{ queueId: task.execution.queue.id }}
              className="text-accent hover:underline"
            >
              {task.execution.queue.name ?? task.execution.queue.id}
            </Link>
          )}
        </Fact>
        <Fact name={text.worker}>
          {task.last_worker && (
            <Link
              to="/workers"
              search={{ worker: task.last_worker }}
              className="text-accent hover:underline"
            >
              {task.last_worker}
            </Link>
          )}
        </Fact>
        <Fact name={text.created}>{moment(task.created)}</Fact>
        <Fact name={text.started}>{moment(task.started)}</Fact>
        <Fact name={text.completed}>{moment(task.completed)}</Fact>
        <Fact name={text.published}>{moment(task.published)}</Fact>
        <Fact name={text.updated}>{task.last_update && <Ago date={task.last_update} />}</Fact>
        <Fact name={text.ran}>{ran !== null && formatDuration(ran)}</Fact>
        <Fact name={text.lastIteration}>
          {task.last_iteration !== undefined && formatCount(task.last_iteration)}
        </Fact>
        <Fact name={text.reason}>{task.status_reason}</Fact>
        <Fact name={text.message}>{task.status_message}</Fact>
      </Facts>
    </Section>
  )
}

function LastMetricsTable({ metrics }: { metrics: LastMetric[] }) {
  const text = words.info
  return (
    <Section title={text.metrics}>
      <table className="w-full table-fixed text-left">
        <thead className="text-small text-muted">
          <tr className="h-8 border-b">
            <th className="w-1/2 font-normal">{text.metric}</th>
            <th className="text-right font-normal">{text.last}</th>
            <th className="text-right font-normal">{text.least}</th>
            <th className="text-right font-normal">{text.greatest}</th>
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
    </Section>
  )
}

function NumberCell({ value }: { value: number | null | undefined }) {
  return (
    <td className="truncate text-right" title={String(value ?? '')}>
      {formatNumber(value)}
    </td>
  )
}

function moment(date: string | undefined): string | undefined {
  const at = readMoment(date)
  return at ? formatMoment(at) : undefined
}
