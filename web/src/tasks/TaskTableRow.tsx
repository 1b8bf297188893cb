import { memo } from 'react'
import type { TaskRow } from '../api/tasks'
import { words } from '../words'
import { Cell, isNumeric } from './cells'
import type { Column } from './columnIds'

interface TaskTableRowProps {
  task: TaskRow
  /** Its place among all rows, and the place in pixels. */
  index: number
  top: number
  columns: Column[]
  /** Widths of the columns as a grid's tracks. */
  tracks: string
  chosen: boolean
}

/** One task of the table. Scrolling draws only the rows that come; clicks are handled by the table. */
export const TaskTableRow = memo(function TaskTableRow(props: TaskTableRowProps) {
  const { task, index, top, columns, tracks, chosen } = props
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={chosen}
      data-index={index}
      className="absolute inset-x-0 top-0 grid h-8 cursor-pointer items-center border-b px-2 contain-strict has-[a:focus-visible]:bg-hover has-[a:focus-visible]:outline-2 has-[a:focus-visible]:-outline-offset-2 has-[a:focus-visible]:outline-accent hover:bg-hover aria-selected:bg-tint/40"
      style={{ gridTemplateColumns: tracks, transform: `translateY(${top}px)` }}
    >
      <div role="cell" className="grid place-items-center">
        <input
          type="checkbox"
          tabIndex={-1}
          aria-label={words.tasks.select(task.name)}
          className="accent-accent"
          checked={chosen}
          onChange={() => undefined}
        />
      </div>
      {columns.map((column) => (
        <div
          key={column.id}
          role="cell"
          className={`min-w-0 px-2 ${isNumeric(column) ? 'text-right' : ''}`}
        >
          <Cell column={column} task={task} />
        </div>
      ))}
    </div>
  )
})
