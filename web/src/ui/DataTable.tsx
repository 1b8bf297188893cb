import { useVirtualizer } from '@tanstack/react-virtual'
import { useMemo, useRef } from 'react'

const ROW = 26

/** Widest a column gets (characters). */
const WIDEST = 40

/** Rows looked at to choose the columns' widths. */
const SAMPLE = 200

interface DataTableProps {
  label: string
  columns: readonly string[]
  rows: readonly (readonly string[])[]
  /** Height the table may take (pixels). */
  height: number
}

/** A table of text cells, of which only the rows in view exist in the document. */
export function DataTable({ label, columns, rows, height }: DataTableProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    paddingStart: ROW,
    overscan: 10,
  })
  const tracks = useMemo(() => tracksOf(columns, rows), [columns, rows])
  return (
    <section
      ref={scroller}
      aria-label={label}
      tabIndex={0}
      className="overflow-auto rounded-md border"
      style={{ maxHeight: height }}
    >
      <div
        role="table"
        aria-label={label}
        aria-rowcount={rows.length + 1}
        className="relative min-w-fit"
        style={{ height: virtualizer.getTotalSize() }}
      >
        <div
          role="row"
          aria-rowindex={1}
          className="sticky top-0 z-10 grid border-b bg-sunken text-small text-muted"
          style={{ gridTemplateColumns: tracks, height: ROW }}
        >
          {columns.map((column, at) => (
            <div
              // biome-ignore lint/suspicious/noArrayIndexKey: names may repeat, and columns never move
              key={at}
              role="columnheader"
              title={column}
              className="truncate px-2 leading-[26px]"
            >
              {column}
            </div>
          ))}
        </div>
        {virtualizer.getVirtualItems().map((item) => (
          <div
            key={item.key}
            role="row"
            aria-rowindex={item.index + 2}
            className="absolute inset-x-0 top-0 grid border-b hover:bg-hover"
            style={{
              gridTemplateColumns: tracks,
              height: ROW,
              transform: `translateY(${item.start}px)`,
            }}
          >
            {columns.map((_, at) => (
              <div
                // biome-ignore lint/suspicious/noArrayIndexKey: cells have no identity but their column
                key={at}
                role="cell"
                title={rows[item.index]?.[at]}
                className="truncate px-2 leading-[25px]"
              >
                {rows[item.index]?.[at]}
              </div>
            ))}
          </div>
        ))}
      </div>
    </section>
  )
}

function tracksOf(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map((column, at) => {
    const cells = rows.slice(0, SAMPLE).map((row) => row[at]?.length ?? 0)
    return Math.min(WIDEST, Math.max(column.length, 4, ...cells))
  })
  return widths.map((width) => `minmax(${width + 2}ch, ${width}fr)`).join(' ')
}
