import { Link } from '@tanstack/react-router'
import type { KeyboardEvent } from 'react'
import { type Queue, type QueueEntry, queueLabel } from '../api/queues'
import { Ago } from '../ui/Ago'
import { GripIcon } from '../ui/icons'
import { MenuItem, MenuSeparator } from '../ui/Menu'
import { MoreMenu } from '../ui/MoreMenu'
import { words } from '../words'

const MARKS = {
  dragged: 'opacity-50',
  before: 'shadow-[inset_0_2px_0_var(--accent)]',
  after: 'shadow-[inset_0_-2px_0_var(--accent)]',
}

interface QueueRowProps {
  entry: QueueEntry
  /** Its place in the queue, from 0. */
  place: number
  /** The last place. */
  last: number
  /** Where the row stands in the list, in pixels. */
  top: number
  mark: keyof typeof MARKS | undefined
  others: Queue[]
  moveTo: (place: number) => void
  toQueue: (queue: Queue) => void
  take: () => void
  onDragStart: () => void
  onDragOver: () => void
  onDrop: () => void
  /** Also when the row was dropped nowhere. */
  onDragEnd: () => void
}

/** One waiting task: its place, its handle, its name, since when it waits. */
export function QueueRow(props: QueueRowProps) {
  const { entry, place, top, mark, moveTo } = props
  const { id, name = id } = entry.task
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key]
    if (!event.altKey || step === undefined) return
    event.preventDefault()
    moveTo(place + step)
  }
  return (
    <li
      draggable
      data-place={place}
      style={{ transform: `translateY(${top}px)` }}
      className={`absolute inset-x-0 flex h-8 items-center gap-2 border-b pr-3 pl-2 hover:bg-hover ${mark ? MARKS[mark] : ''}`}
      onDragStart={(event) => {
        event.dataTransfer.effectAllowed = 'move'
        props.onDragStart()
      }}
      onDragOver={(event) => {
        event.preventDefault()
        props.onDragOver()
      }}
      onDrop={(event) => {
        event.preventDefault()
        props.onDrop()
      }}
      onDragEnd={props.onDragEnd}
    >
      <button
        type="button"
        aria-label={words.workers.handleOf(name, place + 1)}
        className="grid size-6 shrink-0 !cursor-grab place-items-center rounded-md text-muted"
        onKeyDown={onKeyDown}
      >
        <GripIcon />
      </button>
      <span className="w-8 shrink-0 text-right text-muted">{place + 1}</span>
      <Link
        to="/tasks/$taskId"
        params={{ taskId: id }}
        title={name}
        draggable={false}
        className="min-w-0 truncate font-medium normal-nums hover:text-accent"
      >
        {name}
      </Link>
      <span className="ml-auto shrink-0 text-muted">
        <Ago date={entry.added} />
      </span>
      <RowMenu {...props} name={name} />
    </li>
  )
}

function RowMenu({
  name,
  place,
  last,
  others,
  moveTo,
  toQueue,
  take,
}: QueueRowProps & { name: string }) {
  const say = words.workers
  return (
    <MoreMenu label={say.moreActions(name)}>
      {place > 0 && <MenuItem onSelect={() => moveTo(0)}>{say.toFront}</MenuItem>}
      {place < last && <MenuItem onSelect={() => moveTo(last)}>{say.toBack}</MenuItem>}
      {others.map((queue) => (
        <MenuItem key={queue.id} onSelect={() => toQueue(queue)}>
          {say.toQueue(queueLabel(queue))}
        </MenuItem>
      ))}
      <MenuSeparator />
      <MenuItem onSelect={take}>{say.take}</MenuItem>
    </MoreMenu>
  )
}
