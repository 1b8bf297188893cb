import { useQuery } from '@tanstack/react-query'
import { useMemo, useRef } from 'react'
import type uPlot from 'uplot'
import { type Scalars, type Series, scalarsDetailQuery } from '../api/events'
import { formatNumber } from '../format/number'
import { useTheme } from '../frame/theme'
import { useTask } from '../task/taskContext'
import { Button } from '../ui/Button'
import { ExpandIcon } from '../ui/icons'
import { messageOf } from '../ui/Notices'
import { useSeen } from '../ui/useSeen'
import { useWidth } from '../ui/useWidth'
import { words } from '../words'
import { ChartMenu } from './ChartMenu'
import { type Chart, type ChartSeries, elementId, isSampled, pointsOf } from './charts'
import { Legend, type LegendHandle } from './Legend'
import { axisText, MOST_BANDS, type PlotView, plotData, windowOf } from './plot'
import type { Zoom } from './search'
import { usePlot, valuesAtCursor } from './usePlot'

interface ScalarChartProps {
  chart: Chart
  view: PlotView
  height: number
  hidden: ReadonlySet<string>
  toggle: (variant: string) => void
  zoom: Zoom | undefined
  setZoom: (zoom: Zoom | undefined) => void
  /** Shows it alone, large; absent where it is shown so already. */
  enlarge?: () => void
}

/** One chart: a line per series, with a legend that shows the values under the cursor. */
export function ScalarChart(props: ScalarChartProps) {
  const { chart, view, height, hidden, toggle, zoom, setZoom, enlarge } = props
  const figure = useRef<HTMLElement>(null)
  const [place, placeWidth] = useWidth<HTMLDivElement>()
  const seen = useSeen(figure)
  const detail = useDetail(chart, view, zoom, { seen, large: enlarge === undefined })
  const all = detail.data ?? chart.lines
  const lines = useMemo(() => all.filter((line) => !hidden.has(line.variant)), [all, hidden])
  const data = useMemo(() => plotData(lines, view), [lines, view])
  const legend = useRef<LegendHandle>(null)
  const position = useRef<HTMLSpanElement>(null)
  const count = pointsText(chart, detail.data, zoom)

  const showCursor = (plot: uPlot) => {
    const at = plot.cursor.idx
    const x = at === null || at === undefined ? undefined : plot.data[0][at]
    if (position.current)
      position.current.textContent = x === undefined ? count : axisText(x, view.axis)
    legend.current?.show(x === undefined ? null : valuesAtCursor(plot, lines, view))
  }
  const width = seen ? placeWidth : 0
  const theme = useTheme()
  usePlot({ place, width, height, data, theme, lines, view, zoom, setZoom, showCursor })

  return (
    <figure ref={figure} id={elementId(chart)} className="min-w-0" aria-label={chart.title}>
      <figcaption className="flex h-7 items-center gap-1">
        <h3 className="min-w-0 truncate font-medium normal-nums" title={chart.title}>
          {chart.title}
        </h3>
        <span ref={position} className="ml-auto pl-3 text-small whitespace-nowrap text-muted">
          {count}
        </span>
        <ChartMenu chart={chart} lines={lines} place={place} />
        {enlarge && (
          <Button
            kind="icon"
            aria-label={words.scalars.enlarge(chart.title)}
            title={words.scalars.enlarge(chart.title)}
            onClick={enlarge}
          >
            <ExpandIcon />
          </Button>
        )}
      </figcaption>
      {detail.isError && (
        <p role="alert" className="text-small text-failed">
          {words.scalars.detailFailed}: {messageOf(detail.error)}
        </p>
      )}
      <div
        ref={place}
        role="img"
        aria-label={summary(chart)}
        title={words.scalars.zoomHint}
        style={{ height }}
      />
      <Legend ref={legend} lines={all} hidden={hidden} toggle={toggle} />
    </figure>
  )
}

interface DetailOptions {
  /** The chart has come near the window's visible part. */
  seen: boolean
  large: boolean
}

/** What averaging left out of a chart, for the part of it that is shown. */
function useDetail(
  chart: Chart,
  view: PlotView,
  zoom: Zoom | undefined,
  { seen, large }: DetailOptions,
) {
  const task = useTask()
  // Among others and whole, a chart of many lines would show no more than it does.
  const worthwhile = large || zoom !== undefined || chart.lines.length <= MOST_BANDS
  return useQuery({
    ...scalarsDetailQuery(task.id, {
      metric: chart.metric,
      variants: chart.lines.map((line) => line.variant),
      key: view.axis === 'iteration' ? 'iter' : 'timestamp',
      window: windowOf(zoom, view),
      large,
    }),
    enabled: seen && worthwhile && isSampled(chart),
    select: (scalars) => withDetail(chart.lines, scalars[chart.metric] ?? {}),
  })
}

/** The lines with what was read of them now; a line without a point in the window is empty. */
function withDetail(lines: ChartSeries[], read: Scalars[string]): ChartSeries[] {
  const none = (name: string): Series => ({ name, x: [], y: [] })
  return lines.map((line) => ({ ...line, series: read[line.variant] ?? none(line.variant) }))
}

/** `60 points`, or `1,000 of 120,400` when the server averaged values into fewer points. */
function pointsText(
  chart: Chart,
  detail: ChartSeries[] | undefined,
  zoom: Zoom | undefined,
): string {
  const points = detail ? pointsOf(detail) : chart.points
  if (detail && zoom) return words.scalars.pointsInView(points)
  if (chart.reported === undefined || chart.reported <= points) return words.scalars.points(points)
  return words.scalars.pointsOf(points, chart.reported)
}

/** What the drawing shows, for those who do not see it. */
function summary(chart: Chart): string {
  const ends = chart.lines.map(({ variant, series }) =>
    words.scalars.endsAt(variant, formatNumber(series.y.at(-1))),
  )
  return `${chart.title}: ${ends.join(', ')}`
}
