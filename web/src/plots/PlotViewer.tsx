import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { KeyboardEvent } from 'react'
import { plotSampleQuery } from '../api/events'
import { formatCount } from '../format/number'
import { Button } from '../ui/Button'
import { NextIcon, PreviousIcon } from '../ui/icons'
import { Empty, ErrorNotice } from '../ui/Notices'
import { Viewer } from '../ui/Viewer'
import { words } from '../words'
import { PlotCard } from './PlotCard'
import type { PlotsSearch } from './search'

interface PlotViewerProps {
  task: string
  metric: string
  /** The latest when absent. */
  iteration: number | undefined
  /** The metrics one can go to from here, in their order. */
  metrics: string[]
  show: (change: PlotsSearch) => void
}

/** One metric's plots, large, at any of their iterations. */
export function PlotViewer({ task, metric, iteration, metrics, show }: PlotViewerProps) {
  const sample = useQuery({
    ...plotSampleQuery(task, metric, iteration),
    placeholderData: keepPreviousData,
  })
  const { events = [], min_iteration: min, max_iteration: max } = sample.data ?? {}
  const at = events[0]?.iter ?? iteration ?? 0
  const close = () => show({ plot: undefined, iter: undefined })
  const goTo = (next: number) => show({ iter: String(next) })
  const step = (by: 1 | -1) => {
    const next = metrics[metrics.indexOf(metric) + by]
    if (next !== undefined) show({ plot: next, iter: undefined })
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target instanceof HTMLInputElement) return
    if (event.key === 'ArrowLeft') step(-1)
    if (event.key === 'ArrowRight') step(1)
  }
  return (
    <Viewer
      title={metric}
      close={close}
      onKeyDown={onKeyDown}
      controls={
        <>
          {min !== undefined && max !== undefined && min < max && (
            <label className="flex items-center gap-2 text-small text-muted">
              <input
                type="range"
                aria-label={words.plots.iterations}
                className="w-48 accent-accent"
                min={min}
                max={max}
                value={at}
                onChange={(event) => goTo(Number(event.target.value))}
              />
              {words.plots.iteration(formatCount(at))}
            </label>
          )}
          <Button
            kind="icon"
            aria-label={words.plots.previousPlot}
            title={words.plots.previousPlot}
            disabled={metrics.indexOf(metric) <= 0}
            onClick={() => step(-1)}
          >
            <PreviousIcon />
          </Button>
          <Button
            kind="icon"
            aria-label={words.plots.nextPlot}
            title={words.plots.nextPlot}
            disabled={metrics.indexOf(metric) >= metrics.length - 1}
            onClick={() => step(1)}
          >
            <NextIcon />
          </Button>
        </>
      }
    >
      <div className="min-h-0 grow overflow-auto px-4 py-3">
        {sample.isError && (
          <ErrorNotice
            title={words.plots.failed}
            error={sample.error}
            retry={() => sample.refetch()}
          />
        )}
        {sample.isSuccess && events.length === 0 && <Empty title={words.plots.nothingThere} />}
        <div className="flex flex-col gap-4">
          {events.map((plot) => (
            <PlotCard
              key={plot.variant}
              plot={plot}
              height={events.length > 1 ? 420 : Math.max(320, window.innerHeight - 170)}
            />
          ))}
        </div>
      </div>
    </Viewer>
  )
}
