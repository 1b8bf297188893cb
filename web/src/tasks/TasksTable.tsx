import { useQuery } from '@tanstack/react-query'
import { useElementScrollRestoration, useNavigate } from '@tanstack/react-router'
import { useTable } from '@tanstack/react-table'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type MouseEvent, useEffect, useRef } from 'react'
import { isActive } from '../api/status'
import { type LastMetrics, lastMetricsQuery, type TaskRow } from '../api/tasks'
import { columns, features, TRACKS } from './columns'
import { LastMetricsContext } from './MetricsCell'
import type { TaskListSearch } from './search'
import { TableHead } from './TableHead'
import { useRowKeys } from './useRowKeys'

const ROW_HEIGHT = 32

/** Rows whose metrics are read together; the window's edges are rounded to it, so that scrolling reads seldom. */
const METRICS_STEP = 20

const SCROLLER = 'tasks'

const getRowId = (task: TaskRow) => task.id

interface TasksTableProps {
  tasks: TaskRow[]
  search: TaskListSearch
  setSearch: (change: TaskListSearch) => void
  /** Called when the end of the loaded tasks comes near. */
  loadMore: () => void
}

/** The loaded tasks; only the rows in view exist in the document. */
export function TasksTable({ tasks, search, setSearch, loadMore }: TasksTableProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const restored = useElementScrollRestoration({ id: SCROLLER })
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
  const metrics = useMetricsInView(tasks, shown[0]?.index ?? 0, end, !virtualizer.isScrolling)
  const table = useTable({ features, columns, data: tasks, getRowId })
  const rows = table.getRowModel().rows
  useRowKeys(scroller, virtualizer, tasks.length)

  useEffect(() => {
    if (end >= tasks.length - 50) loadMore()
  }, [end, tasks.length, loadMore])

  const openRow = useOpenRow()
  return (
    <div
      ref={scroller}
      data-scroll-restoration-id={SCROLLER}
      className="min-h-0 grow overflow-auto"
      role="table"
      aria-label="Tasks"
      aria-rowcount={tasks.length + 1}
    >
      <div
        className="relative min-w-fit"
        style={{ height: virtualizer.getTotalSize() }}
        role="rowgroup"
      >
        <TableHead table={table} search={search} setSearch={setSearch} />
        <LastMetricsContext value={metrics}>
          {shown.map((item) => {
            const row = rows[item.index]
            if (!row) return null
            return (
              // biome-ignore lint/a11y/useKeyWithClickEvents: for the keyboard there is the link in the row
              <div
                key={row.id}
                role="row"
                aria-rowindex={item.index + 2}
                data-index={item.index}
                onClick={(event) => openRow(event, row.id)}
                className="absolute inset-x-0 top-0 grid h-8 cursor-pointer items-center border-b px-2 has-[a:focus-visible]:bg-hover has-[a:focus-visible]:outline-2 has-[a:focus-visible]:-outline-offset-2 has-[a:focus-visible]:outline-accent hover:bg-hover"
                style={{ gridTemplateColumns: TRACKS, transform: `translateY(${item.start}px)` }}
              >
                {row.getAllCells().map((cell) => (
                  <div key={cell.id} role="cell" className="min-w-0 px-2">
                    <table.FlexRender cell={cell} />
                  </div>
                ))}
              </div>
            )
          })}
        </LastMetricsContext>
      </div>
    </div>
  )
}

const NO_METRICS = new Map<string, LastMetrics>()

/** The metrics of the rows between two indexes. */
function useMetricsInView(tasks: TaskRow[], first: number, last: number, still: boolean) {
  const from = Math.floor(first / METRICS_STEP) * METRICS_STEP
  const to = Math.ceil((last + 1) / METRICS_STEP) * METRICS_STEP
  const inView = tasks.slice(from, to)
  const live = inView.some((task) => isActive(task.status))
  return useQuery(lastMetricsQuery(inView.map(getRowId).sort(), { live, still })).data ?? NO_METRICS
}

/** A click anywhere on a row opens its task, unless it was on a link or ended a selection of text. */
function useOpenRow() {
  const navigate = useNavigate()
  return (event: MouseEvent, taskId: string) => {
    const onControl = event.target instanceof Element && event.target.closest('a, button')
    if (onControl || getSelection()?.toString()) return
    navigate({ to: '/tasks/$taskId/$tab', params: { taskId, tab: 'overview' } })
  }
}
