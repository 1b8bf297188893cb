import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef, useState } from 'react'
import {
  dequeueTask,
  moveInQueue,
  moveToQueue,
  type Queue,
  type QueueEntry,
  queueLabel,
  queuesQuery,
  refreshQueues,
} from '../api/queues'
import { messageOf } from '../ui/Notices'
import { toast } from '../ui/toasts'
import { words } from '../words'
import { moved } from './order'
import { QueueRow } from './QueueRow'

const ROW_HEIGHT = 32

interface QueueEntriesProps {
  queue: Queue
  /** All queues, for moving a task to another one. */
  queues: Queue[]
}

/** The tasks of a queue in their order, which can be changed by dragging, by keys, and from each row's menu. */
export function QueueEntries({ queue, queues }: QueueEntriesProps) {
  const say = words.workers
  const scroller = useRef<HTMLDivElement>(null)
  const [dragged, setDragged] = useState<number | null>(null)
  const [over, setOver] = useState<number | null>(null)
  const reorder = useReorder(queue)
  const change = useChange(queue)
  const { entries } = queue
  const virtualizer = useVirtualizer({
    count: entries.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => entries[index]?.task.id ?? index,
    overscan: 12,
  })
  const endDrag = () => {
    setDragged(null)
    setOver(null)
  }
  return (
    <section aria-label={say.tasks} className="flex min-h-0 min-w-0 flex-col">
      <p className="shrink-0 border-b px-4 py-1.5 text-small text-muted">
        {entries.length === 0 ? say.noTasks : say.dragHint}
      </p>
      <div ref={scroller} className="min-h-0 grow overflow-y-auto">
        <ul
          aria-label={say.tasks}
          className="relative"
          style={{ height: virtualizer.getTotalSize() }}
        >
          {virtualizer.getVirtualItems().map(({ index, key, start }) => {
            const entry = entries[index]
            return (
              entry && (
                <QueueRow
                  key={key}
                  entry={entry}
                  place={index}
                  top={start}
                  mark={markOf(index, dragged, over)}
                  others={queues.filter(({ id }) => id !== queue.id)}
                  moveTo={(place) => reorder(index, place)}
                  last={entries.length - 1}
                  toQueue={(other) => change.toQueue(entry, other)}
                  take={() => change.take(entry)}
                  onDragStart={() => setDragged(index)}
                  onDragOver={() => dragged !== null && setOver(index)}
                  onDrop={() => dragged !== null && reorder(dragged, index)}
                  onDragEnd={endDrag}
                />
              )
            )
          })}
        </ul>
      </div>
    </section>
  )
}

/** How a row looks while another is dragged over it. */
function markOf(index: number, dragged: number | null, over: number | null) {
  if (dragged === null) return undefined
  if (index === dragged) return 'dragged'
  if (index !== over) return undefined
  return over > dragged ? 'after' : 'before'
}

/** Changes the order at once on the page and then on the server, whose order is read again either way. */
function useReorder(queue: Queue): (from: number, to: number) => void {
  const client = useQueryClient()
  const move = useMutation({
    scope: { id: `order of ${queue.id}` },
    mutationFn: ({ task, places }: { task: string; places: number }) =>
      moveInQueue(queue.id, task, places),
    onSettled: () => refreshQueues(client),
  })
  return async (from, wanted) => {
    const to = Math.min(Math.max(wanted, 0), queue.entries.length - 1)
    const entry = queue.entries[from]
    if (!entry || from === to) return
    await client.cancelQueries(queuesQuery)
    const entries = moved(queue.entries, from, to)
    client.setQueryData(queuesQuery.queryKey, (queues) =>
      queues?.map((each) => (each.id === queue.id ? { ...each, entries } : each)),
    )
    const name = entry.task.name ?? entry.task.id
    move.mutate(
      { task: entry.task.id, places: to - from },
      {
        onError: (error) =>
          toast({ text: `${words.workers.moveFailed(name)}: ${messageOf(error)}`, failed: true }),
      },
    )
  }
}

/** Moves a task to another queue or out of all of them, with a way back. */
function useChange(queue: Queue) {
  const say = words.workers
  const client = useQueryClient()
  const putBack = (task: string) => async () => {
    await moveToQueue(task, queue.id)
    await refreshQueues(client)
  }
  const run = async (entry: QueueEntry, change: () => Promise<void>, done: string) => {
    const { id, name = id } = entry.task
    try {
      await change()
      toast({ text: done, undo: putBack(id) })
    } catch (error) {
      toast({ text: `${say.moveFailed(name)}: ${messageOf(error)}`, failed: true })
    }
    await refreshQueues(client)
  }
  return {
    toQueue: (entry: QueueEntry, other: Queue) => {
      const { id, name = id } = entry.task
      return run(entry, () => moveToQueue(id, other.id), say.wasMoved(name, queueLabel(other)))
    },
    take: (entry: QueueEntry) => {
      const { id, name = id } = entry.task
      return run(entry, () => dequeueTask(id), say.wasTaken(name, queueLabel(queue)))
    },
  }
}
