import { useQuery } from '@tanstack/react-query'
import { useCallback, useMemo, useRef } from 'react'
import type uPlot from 'uplot'
import { curvesQuery, type Scalars } from '../api/events'
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
import { type Chart, type ChartSeries, elementId, pointsOf, withSeries } from './charts'
import { Legend, type LegendHandle } from './Legend'
import { axisText, MOST_BANDS, type PlotView, plotData, samplesFor, windowOf } from './plot'
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

/** Height of the name above a drawing and of one row of series below (pixels). */
const AROUND = 56

/** One chart: its name until it comes into view, from then on all of it. */
export function ScalarChart(props: ScalarChartProps) {
  const { chart, height } = props
  const figure = useRef<HTMLElement>(null)
  const { inView, seen } = useSeen(figure)
  return (
    <figure
      ref={figure}
      id={elementId(chart)}
      className="min-w-0"
      style={{ minHeight: height + AROUND }}
      aria-label={chart.title}
    >
      {seen ? <DrawnChart {...props} inView={inView} /> : <Title>{chart.title}</Title>}
    </figure>
  )
}

function Title({ children }: { children: string }) {
  return (
    <h3 className="min-w-0 truncate font-medium normal-nums" title={children}>
      {children}
    </h3>
  )
}

/** A line per series, with a legend that shows the values under the cursor. */
function DrawnChart(props: ScalarChartProps & { inView: boolean }) {
  const { chart, view, height, hidden, toggle, zoom, setZoom, enlarge, inView } = props
  const [place, placeWidth] = useWidth<HTMLDivElement>()
  const curves = useCurves(chart, view, zoom, { inView, width: placeWidth })
  const all = curves.data ?? chart.lines
  const lines = useMemo(() => all.filter((line) => !hidden.has(line.variant)), [all, hidden])
  const data = useMemo(() => plotData(lines, view), [lines, view])
  const legend = useRef<LegendHandle>(null)
  const position = useRef<HTMLSpanElement>(null)
  const count = curves.data ? pointsText(chart, curves.data, zoom) : ''

  const showCursor = (plot: uPlot) => {
    const at = plot.cursor.idx
    const x = at === null || at === undefined ? undefined : plot.data[0][at]
    if (position.current)
      position.current.textContent = x === undefined ? count : axisText(x, view.axis)
    legend.current?.show(x === undefined ? null : valuesAtCursor(plot, lines, view))
  }
  const width = curves.data ? placeWidth : 0
  const theme = useTheme()
  usePlot({ place, width, height, data, theme, lines, view, zoom, setZoom, showCursor, inView })

  return (
    <>
      <figcaption className="flex h-7 items-center gap-1">
        <Title>{chart.title}</Title>
        <span
          ref={position}
          className="ml-auto h-4 w-44 shrink-0 text-right text-small whitespace-nowrap text-muted [contain:size_layout]"
        >
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
      {curves.isError && (
        <p role="alert" className="text-small text-failed">
          {words.scalars.pointsFailed}: {messageOf(curves.error)}
        </p>
      )}
      <div
        ref={place}
        role="img"
        aria-label={summary(chart.title, all)}
        title={words.scalars.zoomHint}
        style={{ height }}
      />
      <Legend ref={legend} lines={all} hidden={hidden} toggle={toggle} />
    </>
  )
}

interface Place {
  inView: boolean
  /** In pixels. */
  width: number
}

/** The chart's series, as detailed as it has room for; read, and read again, while it is in view. */
function useCurves(chart: Chart, view: PlotView, zoom: Zoom | undefined, { inView, width }: Place) {
  const task = useTask()
  const { metric, lines } = chart
  return useQuery({
    ...curvesQuery(task.id, {
      metrics: [{ metric, variants: lines.map((line) => line.variant) }],
      key: view.axis === 'iteration' ? 'iter' : 'timestamp',
      samples: samplesFor(width),
      extremes: lines.length <= MOST_BANDS,
      window: windowOf(zoom, view),
    }),
    enabled: inView && width > 0,
    select: useCallback(
      (scalars: Scalars) => withSeries(lines, scalars[metric] ?? {}),
      [lines, metric],
    ),
  })
}

/** `60 points`, or `1,000 of 120,400` when the server averaged values into fewer points. */
function pointsText({ reported }: Chart, lines: ChartSeries[], zoom: Zoom | undefined): string {
  const points = pointsOf(lines)
  if (zoom) return words.scalars.pointsInView(points)
  if (reported <= points) return words.scalars.points(points)
  return words.scalars.pointsOf(points, reported)
}

/** What the drawing shows, for those who do not see it. */
function summary(title: string, lines: ChartSeries[]): string {
  const ends = lines.map(({ variant, series }) =>
    words.scalars.endsAt(variant, formatNumber(series.y.at(-1))),
  )
  return `${title}: ${ends.join(', ')}`
}
