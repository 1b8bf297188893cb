import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { type Queue, queueLabel, queuesQuery } from '../api/queues'
import { formatCount, NO_VALUE } from '../format/number'
import { Ago } from '../ui/Ago'
import { Button } from '../ui/Button'
import { Changing } from '../ui/Changing'
import { PlusIcon } from '../ui/icons'
import { Empty, ErrorNotice, Skeleton } from '../ui/Notices'
import { PlainTable } from '../ui/PlainTable'
import { words } from '../words'
import { QueueForm } from './QueueForm'
import { QueueMenu } from './QueueMenu'

/** The queues: how many tasks wait in each, since when, and who takes them. */
export function QueuesTab() {
  const say = words.workers
  const [creating, setCreating] = useState(false)
  const list = useQuery(queuesQuery)
  return (
    <div className="min-h-0 grow overflow-y-auto">
      <div className="flex min-h-11 items-center justify-end border-b px-4">
        <Button kind="main" onClick={() => setCreating(true)}>
          <PlusIcon />
          {say.newQueue}
        </Button>
      </div>
      {creating && <QueueForm close={() => setCreating(false)} />}
      {list.isPending && <Skeleton rows={4} height={40} />}
      {list.isError && !list.data && (
        <ErrorNotice title={say.queuesFailed} error={list.error} retry={() => list.refetch()} />
      )}
      {list.data?.length === 0 && <Empty title={say.noQueues} />}
      {list.data && list.data.length > 0 && (
        <div className="px-2">
          <PlainTable
            heads={[say.queue, say.waiting, say.workers, say.next, say.since, say.updated]}
            controls
          >
            {list.data.map((queue) => (
              <Row key={queue.id} queue={queue} />
            ))}
          </PlainTable>
        </div>
      )}
    </div>
  )
}

function Row({ queue }: { queue: Queue }) {
  const next = queue.entries[0]
  const waiting = queue.entries.length
  return (
    <tr className="h-8 border-b hover:bg-hover">
      <td className="max-w-60 px-2">
        <Link
          to="/queues/$queueId"
          params={{ queueId: queue.id }}
          title={queue.name}
          className="block truncate font-medium hover:text-accent"
        >
          {queueLabel(queue)}
        </Link>
      </td>
      <td className="px-2">
        <Changing value={waiting}>{formatCount(waiting)}</Changing>
      </td>
      <td className="px-2 whitespace-nowrap">
        {queue.workers.length === 0 ? (
          <span className={waiting > 0 ? 'text-aborted' : 'text-muted'}>
            {words.workers.nobodyListens}
          </span>
        ) : (
          formatCount(queue.workers.length)
        )}
      </td>
      <td className="max-w-72 px-2">
        {next ? (
          <Link
            to="/tasks/$taskId"
            params={{ taskId: next.task.id }}
            title={next.task.name}
            className="block truncate normal-nums hover:text-accent"
          >
            {next.task.name ?? next.task.id}
          </Link>
        ) : (
          <span className="text-muted">{NO_VALUE}</span>
        )}
      </td>
      <td className="px-2 whitespace-nowrap">
        <Ago date={next?.added} />
      </td>
      <td className="px-2 whitespace-nowrap text-muted">
        <Ago date={queue.last_update} />
      </td>
      <td className="w-10 pr-3 text-right">
        <QueueMenu queue={queue} />
      </td>
    </tr>
  )
}
