import { useVirtualizer } from '@tanstack/react-virtual'
import { type RefObject, useEffect, useMemo, useRef, useState } from 'react'
import type { SampleEvent, SampleIteration } from '../api/events'
import { mediaKind } from '../format/file'
import { formatCount } from '../format/number'
import { words } from '../words'
import { Media } from './Media'
import { gridRows, sampleName } from './rows'

const TILE = 200
const TILE_HEIGHT = 190
const HEADING = 40

interface SamplesGridProps {
  iterations: SampleIteration[]
  /** True when every tile must say its metric because several are shown. */
  withMetric: boolean
  open: (sample: SampleEvent) => void
  loadMore: () => void
}

/** Tiles by iteration, newest first, of which only those in view exist in the document. */
export function SamplesGrid({ iterations, withMetric, open, loadMore }: SamplesGridProps) {
  const scroller = useRef<HTMLElement>(null)
  const columns = useColumns(scroller)
  const rows = useMemo(() => gridRows(iterations, columns), [iterations, columns])
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (rows[index]?.kind === 'iteration' ? HEADING : TILE_HEIGHT),
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 4,
    paddingEnd: 48,
  })
  const shown = virtualizer.getVirtualItems()
  const last = shown.at(-1)?.index ?? 0
  useEffect(() => {
    if (last >= rows.length - 3) loadMore()
  }, [last, rows.length, loadMore])
  return (
    <section
      ref={scroller}
      aria-label={words.samples.title}
      tabIndex={0}
      className="min-h-0 grow overflow-auto px-4"
    >
      <div className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {shown.map((item) => {
          const row = rows[item.index]
          if (!row) return null
          return (
            <div
              key={item.key}
              className="absolute inset-x-0 top-0"
              style={{ height: item.size, transform: `translateY(${item.start}px)` }}
            >
              {row.kind === 'iteration' ? (
                <h2 className="flex items-baseline gap-2 pt-3 font-semibold">
                  {words.plots.iteration(formatCount(row.iter))}
                  <span className="text-small font-normal text-muted">
                    {words.samples.count(row.count)}
                  </span>
                </h2>
              ) : (
                <div
                  className="grid gap-3"
                  style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}
                >
                  {row.samples.map((sample) => (
                    <Tile
                      key={`${sample.metric}\n${sample.variant}`}
                      sample={sample}
                      withMetric={withMetric}
                      open={() => open(sample)}
                    />
                  ))}
                </div>
              )}
            </div>
          )
        })}
      </div>
    </section>
  )
}

interface TileProps {
  sample: SampleEvent
  withMetric: boolean
  open: () => void
}

function Tile({ sample, withMetric, open }: TileProps) {
  const name = sampleName(sample)
  // A frame and a player take clicks for themselves: there the caption opens the sample.
  const covered = mediaKind(sample.url) === 'image'
  return (
    <figure className="min-w-0" aria-label={name}>
      <div className="relative grid h-[148px] place-items-center overflow-hidden rounded-md border bg-sunken">
        <Media url={sample.url} name={name} className="size-full" />
        {covered && (
          <button
            type="button"
            aria-label={words.samples.open(name)}
            className="absolute inset-0 !cursor-zoom-in rounded-md focus-visible:-outline-offset-2"
            onClick={open}
          />
        )}
      </div>
      <figcaption className="pt-1 text-small" title={name}>
        <button
          type="button"
          tabIndex={covered ? -1 : 0}
          className="block max-w-full truncate normal-nums hover:text-accent"
          onClick={open}
        >
          {withMetric && <span className="text-muted">{sample.metric} </span>}
          {sample.variant}
        </button>
      </figcaption>
    </figure>
  )
}

/** How many tiles fit beside each other. */
function useColumns(scroller: RefObject<HTMLElement | null>): number {
  const [columns, setColumns] = useState(4)
  useEffect(() => {
    const element = scroller.current
    if (!element) return
    const observer = new ResizeObserver(() =>
      setColumns(Math.max(1, Math.floor((element.clientWidth - 32) / TILE))),
    )
    observer.observe(element)
    return () => observer.disconnect()
  }, [scroller])
  return columns
}
