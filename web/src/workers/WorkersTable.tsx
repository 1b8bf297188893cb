import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { queueLabel } from '../api/queues'
import { currentUseQuery, lastReported, type Worker, type WorkerUse } from '../api/workers'
import { formatBytes } from '../format/bytes'
import { formatCount, NO_VALUE } from '../format/number'
import { formatDuration } from '../format/time'
import { Ago } from '../ui/Ago'
import { Changing } from '../ui/Changing'
import { messageOf } from '../ui/Notices'
import { PlainTable } from '../ui/PlainTable'
import { StatusShape } from '../ui/StatusMark'
import { words } from '../words'
import type { Period } from './search'

interface WorkersTableProps {
  workers: Worker[]
  chosen: string | undefined
  period: Period | undefined
}

export function WorkersTable({ workers, chosen, period }: WorkersTableProps) {
  const say = words.workers
  const use = useQuery(currentUseQuery(workers.map(({ id }) => id)))
  const heads = [
    say.name,
    say.task,
    say.elapsed,
    say.iteration,
    say.cpu,
    say.gpu,
    say.memory,
    say.listens,
    say.lastReport,
  ]
  return (
    <div className="px-2">
      <PlainTable heads={heads}>
        {workers.map((worker) => (
          <Row
            key={worker.key}
            worker={worker}
            use={use.data?.get(worker.id)}
            chosen={worker.id === chosen}
            period={period}
          />
        ))}
      </PlainTable>
      {use.error && (
        <p className="px-2 py-2 text-small text-muted">
          {say.usageUnknown}: {messageOf(use.error)}
        </p>
      )}
    </div>
  )
}

interface RowProps {
  worker: Worker
  use: WorkerUse | undefined
  chosen: boolean
  period: Period | undefined
}

function Row({ worker, use, chosen, period }: RowProps) {
  const { task } = worker
  return (
    <tr className={`h-8 border-b hover:bg-hover ${chosen ? 'bg-hover' : ''}`}>
      <Cell className="max-w-60">
        <Link
          to="/workers"
          search={{ worker: worker.id, period }}
          title={`${worker.id}${worker.ip ? ` (${worker.ip})` : ''}`}
          className="block truncate font-medium hover:text-accent"
        >
          {worker.id}
        </Link>
      </Cell>
      <Cell className="max-w-60">
        <Changing value={task?.id} className="flex min-w-0 items-center gap-2">
          {task ? (
            <>
              <StatusShape status="running" />
              <Link
                to="/tasks/$taskId"
                params={{ taskId: task.id }}
                title={task.name}
                className="truncate normal-nums hover:text-accent"
              >
                {task.name}
              </Link>
            </>
          ) : (
            <span className="text-muted">{words.workers.idle}</span>
          )}
        </Changing>
      </Cell>
      <Cell>{task ? formatDuration(task.running_time ?? 0) : NO_VALUE}</Cell>
      <Cell>{task ? formatCount(task.last_iteration ?? 0) : NO_VALUE}</Cell>
      <Cell>{percent(lastReported(use?.get('cpu_usage')))}</Cell>
      <Cell>{percent(lastReported(use?.get('gpu_usage')))}</Cell>
      <Cell>{memory(lastReported(use?.get('memory_used')))}</Cell>
      <Cell className="max-w-48">
        <span className="block truncate" title={worker.queues.map(nameOf).join(', ')}>
          {worker.queues.map((queue, at) => (
            <span key={queue.id}>
              {at > 0 && ', '}
              <Link
                to="/queues/$queueId"
                params={{ queueId: queue.id }}
                className="hover:text-accent"
              >
                {nameOf(queue)}
              </Link>
            </span>
          ))}
        </span>
      </Cell>
      <Cell>
        <Ago date={worker.last_report_time} />
      </Cell>
    </tr>
  )
}

function Cell({ className = '', children }: { className?: string; children: ReactNode }) {
  return <td className={`px-2 whitespace-nowrap ${className}`}>{children}</td>
}

function nameOf(queue: { id: string; name?: string; display_name?: string }): string {
  return queueLabel({ name: queue.name ?? queue.id, display_name: queue.display_name ?? '' })
}

function percent(value: number | undefined): string {
  return value === undefined ? NO_VALUE : `${Math.round(value)} %`
}

/** The wire counts memory in mebibytes. */
function memory(value: number | undefined): string {
  return value === undefined ? NO_VALUE : formatBytes(value * 1024 ** 2)
}
