import { useQuery } from '@tanstack/react-query'
import { useElementScrollRestoration } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type MouseEvent, useEffect, useRef, useState } from 'react'
import { isActive } from '../api/status'
import { type LastMetrics, lastMetricsQuery, type TaskRow } from '../api/tasks'
import { useKeys } from '../frame/keys'
import { words } from '../words'
import type { Column } from './columnIds'
import { LastMetricsContext } from './MetricsCell'
import { type MenuPlace, RowMenu } from './RowMenu'
import type { TaskListSearch } from './search'
import { TableHead } from './TableHead'
import { TaskTableRow } from './TaskTableRow'
import { useRowKeys } from './useRowKeys'
import type { Selection } from './useSelection'

const ROW_HEIGHT = 32

/** Rows whose metrics are read together; the window's edges are rounded to it, so that scrolling reads seldom. */
const METRICS_STEP = 20

const SCROLLER = 'tasks'

interface TasksTableProps {
  tasks: TaskRow[]
  columns: Column[]
  widths: (column: Column) => number
  move: (id: string, before: string) => void
  resize: (id: string, width: number) => void
  search: TaskListSearch
  setSearch: (change: TaskListSearch) => void
  selection: Selection
  open: (taskId: string) => void
  /** Called when the end of the loaded tasks comes near. */
  loadMore: () => void
}

/** The loaded tasks; only the rows in view exist in the document. */
export function TasksTable(props: TasksTableProps) {
  const { tasks, columns, widths, move, resize, search, setSearch, selection, open, loadMore } =
    props
  const scroller = useRef<HTMLDivElement>(null)
  const restored = useElementScrollRestoration({ id: SCROLLER })
  const [menu, setMenu] = useState<MenuPlace | null>(null)
  const virtualizer = useVirtualizer({
    count: tasks.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
    paddingStart: ROW_HEIGHT,
    scrollPaddingStart: ROW_HEIGHT,
    initialOffset: restored?.scrollY ?? 0,
    getItemKey: (index) => tasks[index]?.id ?? index,
  })
  const shown = virtualizer.getVirtualItems()
  const end = shown.at(-1)?.index ?? 0
  const still = !virtualizer.isScrolling && columns.some(({ id }) => id === 'metrics')
  const metrics = useMetricsInView(tasks, shown[0]?.index ?? 0, end, still)
  useRowKeys(scroller, virtualizer, tasks.length)
  useSelectKey(selection)

  useEffect(() => {
    if (end >= tasks.length - 50) loadMore()
  }, [end, tasks.length, loadMore])

  const tracks = `28px ${columns.map((column) => trackOf(column, widths(column))).join(' ')}`
  const onClick = (event: MouseEvent) => {
    const index = rowAt(event)
    const task = index === undefined ? undefined : tasks[index]
    if (index === undefined || !task || !(event.target instanceof Element)) return
    const control = event.target.closest('a, button, input')
    if (control instanceof HTMLInputElement) selection.toggle(index, event.shiftKey)
    else if (!control && !getSelection()?.toString()) open(task.id)
  }
  const onContextMenu = (event: MouseEvent) => {
    const task = tasks[rowAt(event) ?? -1]
    if (!task) return
    event.preventDefault()
    setMenu({ task, x: event.clientX, y: event.clientY })
  }
  return (
    <div
      ref={scroller}
      data-scroll-restoration-id={SCROLLER}
      className="min-h-0 grow overflow-auto"
      role="table"
      aria-label={words.tasks.title}
      aria-rowcount={tasks.length + 1}
    >
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: for the keyboard there is the link in each row */}
      <div
        className="relative min-w-fit"
        style={{ height: virtualizer.getTotalSize() }}
        role="rowgroup"
        onClick={onClick}
        onContextMenu={onContextMenu}
      >
        <TableHead
          columns={columns}
          tracks={tracks}
          search={search}
          setSearch={setSearch}
          move={move}
          resize={resize}
          allSelected={tasks.every(({ id }) => selection.tasks.has(id))}
          selectAll={(on) => selection.set(on ? tasks : [])}
        />
        <LastMetricsContext value={metrics}>
          {shown.map((item) => {
            const task = tasks[item.index]
            if (!task) return null
            return (
              <TaskTableRow
                key={task.id}
                task={task}
                index={item.index}
                top={item.start}
                columns={columns}
                tracks={tracks}
                chosen={selection.tasks.has(task.id)}
              />
            )
          })}
        </LastMetricsContext>
      </div>
      {menu && <RowMenu place={menu} close={() => setMenu(null)} />}
    </div>
  )
}

/** Names and metrics take the room that is left. */
function trackOf(column: Column, width: number): string {
  const grows = column.id === 'name' || column.id === 'metrics'
  return grows ? `minmax(${width}px, 1fr)` : `${width}px`
}

/** The index of the row in which something happened; none for the table's head. */
function rowAt({ target }: MouseEvent): number | undefined {
  const row = target instanceof Element && target.closest('[data-index]')
  return row ? Number(row.getAttribute('data-index')) : undefined
}

/** `x` chooses the focused row. */
function useSelectKey(selection: Selection): void {
  useKeys({
    x: () => {
      const row = document.activeElement?.closest('[data-index]')
      if (row) selection.toggle(Number(row.getAttribute('data-index')), false)
    },
  })
}

const NO_METRICS = new Map<string, LastMetrics>()

/** The metrics of the rows between two indexes. */
function useMetricsInView(tasks: TaskRow[], first: number, last: number, still: boolean) {
  const from = Math.floor(first / METRICS_STEP) * METRICS_STEP
  const to = Math.ceil((last + 1) / METRICS_STEP) * METRICS_STEP
  const inView = tasks.slice(from, to)
  const live = inView.some((task) => isActive(task.status))
  const ids = inView.map(({ id }) => id).sort()
  return useQuery(lastMetricsQuery(ids, { live, still })).data ?? NO_METRICS
}
