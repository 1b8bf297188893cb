import { useEffect, useMemo, useRef, useState } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { formatCount, formatMany, formatNumber } from '../format/number'
import { useTheme } from '../frame/theme'
import type { Chart } from './charts'
import { Legend, type LegendHandle } from './Legend'
import { axisText, PLOT_HEIGHT, type PlotView, plotData, plotOptions, shownSeries } from './plot'
import type { Axis, Zoom } from './search'

interface ScalarChartProps {
  chart: Chart
  axis: Axis
  origin: number
  smoothing: number
  log: boolean
  hidden: ReadonlySet<string>
  toggle: (variant: string) => void
  zoom: Zoom | undefined
  setZoom: (zoom: Zoom | undefined) => void
}

/** One metric: a line per variant, with a legend that shows the values under the cursor. */
export function ScalarChart(props: ScalarChartProps) {
  const { chart, axis, origin, smoothing, log, hidden, toggle, zoom, setZoom } = props
  const lines = useMemo(
    () => chart.lines.filter((line) => !hidden.has(line.variant)),
    [chart, hidden],
  )
  const view = useMemo(() => ({ axis, origin, smoothing, log }), [axis, origin, smoothing, log])
  const data = useMemo(() => plotData(lines, view), [lines, view])
  const place = useRef<HTMLDivElement>(null)
  const legend = useRef<LegendHandle>(null)
  const position = useRef<HTMLSpanElement>(null)
  const width = useVisibleWidth(place)
  const theme = useTheme()

  const showCursor = (plot: uPlot) => {
    const at = plot.cursor.idx
    const x = at === null || at === undefined ? undefined : plot.data[0][at]
    if (position.current) {
      position.current.textContent = x === undefined ? pointsText(chart) : axisText(x, axis)
    }
    legend.current?.show(x === undefined ? null : valuesAtCursor(plot, lines.length, view))
  }

  const plot = usePlot({ place, width, data, theme, lines, view, zoom, setZoom, showCursor })
  useEffect(() => {
    plot.current?.setData(data)
  }, [data, plot])

  return (
    <figure className="min-w-0" aria-label={chart.metric}>
      <figcaption className="flex items-baseline gap-3">
        <h3 className="min-w-0 truncate font-medium" title={chart.metric}>
          {chart.metric}
        </h3>
        <span ref={position} className="ml-auto text-small whitespace-nowrap text-muted">
          {pointsText(chart)}
        </span>
      </figcaption>
      <div
        ref={place}
        role="img"
        aria-label={summary(chart)}
        title="Drag to zoom, double click for the whole range"
        style={{ height: PLOT_HEIGHT }}
      />
      <Legend ref={legend} lines={chart.lines} hidden={hidden} toggle={toggle} />
    </figure>
  )
}

interface PlotInputs {
  place: React.RefObject<HTMLDivElement | null>
  width: number
  data: uPlot.AlignedData
  theme: string
  lines: Chart['lines']
  view: PlotView
  zoom: Zoom | undefined
  setZoom: (zoom: Zoom | undefined) => void
  showCursor: (plot: uPlot) => void
}

/** Builds the plot anew when its look changes; new data alone goes into the plot that is there. */
function usePlot({ place, width, theme, ...inputs }: PlotInputs) {
  const plot = useRef<uPlot | null>(null)
  const latest = useRef(inputs)
  useEffect(() => {
    latest.current = inputs
  })
  const { lines, view, zoom } = inputs
  const look = JSON.stringify([lines.map((line) => [line.variant, line.dash]), view, zoom, theme])
  // biome-ignore lint/correctness/useExhaustiveDependencies: `look` stands for everything the options depend on
  useEffect(() => {
    if (!place.current || width === 0) return
    const now = latest.current
    const options = plotOptions(now.lines, now.view, width, now.zoom, {
      onCursor: (drawn) => latest.current.showCursor(drawn),
      onZoom: (range) => latest.current.setZoom(range),
    })
    const drawn = new uPlot(options, now.data, place.current)
    plot.current = drawn
    return () => {
      plot.current = null
      drawn.destroy()
    }
  }, [place, width, look])
  return plot
}

/** The element's width, or 0 until it first comes near the window's visible part. */
function useVisibleWidth(place: React.RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0)
  useEffect(() => {
    const element = place.current
    if (!element) return
    const resized = new ResizeObserver(() => setWidth(element.clientWidth))
    const seen = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return
        seen.disconnect()
        resized.observe(element)
      },
      { rootMargin: '400px' },
    )
    seen.observe(element)
    return () => {
      seen.disconnect()
      resized.disconnect()
    }
  }, [place])
  return width
}

function valuesAtCursor(plot: uPlot, count: number, view: PlotView): (number | null)[] {
  return Array.from({ length: count }, (_, line) => {
    const series = shownSeries(line, view)
    const at = plot.cursor.idxs?.[series] ?? plot.cursor.idx
    return at === null || at === undefined ? null : (plot.data[series]?.[at] ?? null)
  })
}

/** `60 points`, or `1,000 of 120,400` when the server averaged values into fewer points. */
function pointsText({ points, reported }: Chart): string {
  if (reported === undefined || reported <= points) return formatMany(points, 'point')
  return `${formatCount(points)} of ${formatCount(reported)}`
}

/** What the drawing shows, for those who do not see it. */
function summary(chart: Chart): string {
  const ends = chart.lines.map(
    ({ variant, series }) => `${variant} ends at ${formatNumber(series.y.at(-1))}`,
  )
  return `${chart.metric}: ${ends.join(', ')}`
}
