import { type PointerEvent, useRef } from 'react'
import { ArrowDownIcon, ArrowUpIcon } from '../ui/icons'
import { words } from '../words'
import { columnLabel, isNumeric } from './cells'
import { NARROWEST } from './columnChoice'
import { type Column, fieldOf } from './columnIds'
import { nextOrder, ordersOf, type TaskListSearch } from './search'

interface TableHeadProps {
  columns: Column[]
  tracks: string
  search: TaskListSearch
  setSearch: (change: TaskListSearch) => void
  move: (id: string, before: string) => void
  resize: (id: string, width: number) => void
  allSelected: boolean
  selectAll: (on: boolean) => void
}

/** The columns' names: a click sorts (with Shift also), a drag moves, the edge widens. */
export function TableHead(props: TableHeadProps) {
  const { columns, tracks, search, setSearch, move, resize, allSelected, selectAll } = props
  const orders = ordersOf(search)
  const dragged = useRef<string | null>(null)
  return (
    <div
      role="row"
      aria-rowindex={1}
      className="sticky top-0 z-10 grid h-8 items-center border-b bg-page px-2 text-small text-muted"
      style={{ gridTemplateColumns: tracks }}
    >
      <div role="columnheader" className="grid place-items-center">
        <input
          type="checkbox"
          aria-label={words.tasks.selectAll}
          className="accent-accent"
          checked={allSelected}
          onChange={(event) => selectAll(event.target.checked)}
        />
      </div>
      {columns.map((column) => {
        const order = orders.find((each) => each.column === column.id)
        const direction = order && (order.descending ? 'descending' : 'ascending')
        const label = columnLabel(column)
        return (
          <div
            key={column.id}
            role="columnheader"
            aria-sort={direction}
            title={label}
            draggable
            onDragStart={() => {
              dragged.current = column.id
            }}
            onDragOver={(event) => event.preventDefault()}
            onDrop={() => dragged.current && move(dragged.current, column.id)}
            className={`group relative flex min-w-0 px-2 ${isNumeric(column) ? 'justify-end' : ''}`}
          >
            {fieldOf(column) ? (
              <button
                type="button"
                data-sort={column.id}
                onClick={(event) =>
                  setSearch({ order: nextOrder(search, column.id, event.shiftKey) })
                }
                className={`-ml-1 inline-flex min-w-0 items-center gap-1 rounded-md px-1 hover:text-text ${direction ? 'text-text' : ''}`}
              >
                <span className="truncate">{label}</span>
                {direction === 'descending' && <ArrowDownIcon className="!size-3" />}
                {direction === 'ascending' && <ArrowUpIcon className="!size-3" />}
                {direction && orders.length > 1 && order && (
                  <span className="text-muted">{orders.indexOf(order) + 1}</span>
                )}
              </button>
            ) : (
              <span className="truncate">{label}</span>
            )}
            <Edge resize={(width) => resize(column.id, width)} />
          </div>
        )
      })}
    </div>
  )
}

/** The right edge of a header; dragging it changes the column's width. */
function Edge({ resize }: { resize: (width: number) => void }) {
  const start = useRef<{ x: number; width: number } | null>(null)
  const widthOf = (edge: Element) => edge.parentElement?.clientWidth ?? NARROWEST
  const down = (event: PointerEvent<HTMLElement>) => {
    event.preventDefault()
    event.currentTarget.setPointerCapture(event.pointerId)
    start.current = { x: event.clientX, width: widthOf(event.currentTarget) }
  }
  const drag = (event: PointerEvent) => {
    if (!start.current) return
    resize(Math.max(NARROWEST, Math.round(start.current.width + event.clientX - start.current.x)))
  }
  return (
    <span
      aria-hidden="true"
      className="absolute top-0 right-0 h-full w-1.5 cursor-col-resize border-r border-transparent group-hover:border-line hover:!border-accent"
      onPointerDown={down}
      onPointerMove={drag}
      onPointerUp={() => {
        start.current = null
      }}
    />
  )
}
