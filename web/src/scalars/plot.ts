import uPlot from 'uplot'
import { formatNumber } from '../format/number'
import { formatClock, formatDate, formatDuration, formatMoment } from '../format/time'
import { type ChartSeries, smoothed } from './charts'
import type { Axis, Zoom } from './search'

/** How a chart is drawn; the same for all charts of a page. */
export interface PlotView {
  axis: Axis
  /** Milliseconds since 1970 from which the time axis counts. */
  origin: number
  smoothing: number
  log: boolean
}

export const PLOT_HEIGHT = 190

/** Charts with this key share their cursor. */
const SYNC_KEY = 'scalars'

/** The lines of a chart on one common x axis. With smoothing each line is there twice: raw, then smoothed. */
export function plotData(lines: ChartSeries[], view: PlotView): uPlot.AlignedData {
  if (lines.length === 0) return [[]]
  const tables = lines.map(({ series }) => {
    const x = series.x.map((position) => axisValue(position, view))
    const y = view.log ? series.y.map(positive) : series.y
    return (view.smoothing > 0 ? [x, y, smoothed(y, view.smoothing)] : [x, y]) as uPlot.AlignedData
  })
  return tables.length === 1 && tables[0] ? tables[0] : uPlot.join(tables)
}

/** Which series of the plot shows a line's value: the smoothed one where there is one. */
export function shownSeries(line: number, view: PlotView): number {
  return view.smoothing > 0 ? line * 2 + 2 : line + 1
}

/** A position of the x axis in words. */
export function axisText(position: number, axis: Axis): string {
  if (axis === 'iteration') return `iteration ${formatNumber(position)}`
  return axis === 'time'
    ? formatDuration(position * 1_000)
    : formatMoment(new Date(position * 1_000))
}

export interface PlotHandlers {
  onCursor: (plot: uPlot) => void
  onZoom: (zoom: Zoom | undefined) => void
}

export function plotOptions(
  lines: ChartSeries[],
  view: PlotView,
  width: number,
  zoom: Zoom | undefined,
  handlers: PlotHandlers,
): uPlot.Options {
  return {
    width,
    height: PLOT_HEIGHT,
    legend: { show: false },
    padding: [8, 8, 0, 0],
    cursor: {
      y: false,
      points: { size: 6 },
      drag: { x: true, y: false, setScale: false },
      sync: {
        key: SYNC_KEY,
        scales: ['x', null],
        setSeries: false,
        filters: { pub: (type) => type === 'mousemove' || type === 'mouseleave' },
      },
      bind: {
        dblclick: () => () => {
          handlers.onZoom(undefined)
          return null
        },
      },
    },
    scales: {
      x: { time: view.axis === 'clock', range: (_, min, max) => rangeOf(zoom, min, max) },
      y: view.log ? { distr: 3 } : {},
    },
    axes: [
      {
        ...axisLook(),
        size: 28,
        ...(view.axis === 'clock' && {
          values: (_, at, __, ___, step) => at.map((s) => clockTick(s, step)),
        }),
        ...(view.axis === 'time' && {
          values: (_, at) => at.map((s) => formatDuration(s * 1_000)),
        }),
        ...(view.axis === 'iteration' && { values: (_, at) => at.map(formatNumber) }),
      },
      { ...axisLook(), size: 58, values: (_, at) => at.map(tickText) },
    ],
    series: [{}, ...lines.flatMap((line) => seriesOf(line, view))],
    hooks: {
      setCursor: [handlers.onCursor],
      setSelect: [
        (plot) => {
          const { left, width: selected } = plot.select
          if (selected < 3) return
          const [from, to] = [plot.posToVal(left, 'x'), plot.posToVal(left + selected, 'x')]
          plot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false)
          handlers.onZoom({ from, to })
        },
      ],
    },
  }
}

/** The zoomed part, or everything; one single point gets room on both sides. */
function rangeOf(zoom: Zoom | undefined, min: number, max: number): uPlot.Range.MinMax {
  if (zoom) return [zoom.from, zoom.to]
  return min === max ? [min - 1, max + 1] : [min, max]
}

function seriesOf(line: ChartSeries, view: PlotView): uPlot.Series[] {
  const stroke = token(`--series-${line.color}`)
  const look = { stroke, width: 1.5, dash: [...line.dash] }
  if (view.smoothing === 0) return [look]
  const faint = { ...look, width: 1, alpha: 0.3, points: { show: false } }
  return [faint, { ...look, points: { show: false } }]
}

function axisLook() {
  const line = { stroke: token('--line'), width: 1 }
  return {
    stroke: token('--muted'),
    font: '11px "Inter Variable", sans-serif',
    grid: line,
    ticks: { ...line, size: 4 },
    gap: 4,
  }
}

/** A tick of the clock axis: as fine as the ticks are apart, and the day where a new one begins. */
function clockTick(seconds: number, step: number): string {
  const moment = new Date(seconds * 1_000)
  const clock = formatClock(moment)
  if (step >= 86_400 || clock === '00:00:00') return formatDate(moment).slice(5)
  return step >= 60 ? clock.slice(0, 5) : clock
}

/** Ticks of a logarithmic axis without a label are null. */
function tickText(value: number | null): string {
  return value === null ? '' : formatNumber(value)
}

/** A canvas knows no CSS variables: the token's value in the theme shown now. */
function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name)
}

function axisValue(position: number, { axis, origin }: PlotView): number {
  if (axis === 'iteration') return position
  return (axis === 'time' ? position - origin : position) / 1_000
}

/** What a logarithmic axis cannot show is a gap. */
function positive(value: number | null): number | null {
  return value !== null && value > 0 ? value : null
}
