import uPlot from 'uplot'
import { formatNumber } from '../format/number'
import { formatClock, formatDay, formatDuration, formatMoment } from '../format/time'
import { words } from '../words'
import type { ChartSeries } from './charts'
import { usualRange } from './outliers'
import type { Axis, Zoom } from './search'
import { type Smoothing, smoothed } from './smoothing'

/** How a chart is drawn; the same for all charts of a page. */
export interface PlotView {
  axis: Axis
  /** Milliseconds since 1970 from which the time axis counts. */
  origin: number
  smoothing: Smoothing | undefined
  /** Shows the line as it is behind the smoothed one. */
  raw: boolean
  log: boolean
  /** The y axis shows what lies far from most values only as far as it has room. */
  ignoreOutliers: boolean
}

/** Charts with this key share their cursor. */
const SYNC_KEY = 'scalars'

/** Room for the values beside the drawing (pixels). */
const AXIS_WIDTH = 58

/** With more lines than this, bands would hide more than they show. */
export const MOST_BANDS = 8

/** What of a line is drawn, one column of the plot's data each. */
type Part = 'raw' | 'smoothed' | 'min' | 'max'

/** The columns of the plot's data behind x, in their order. */
function partsOf(lines: readonly ChartSeries[], view: PlotView): [ChartSeries, Part][] {
  return lines.flatMap((line) => {
    const parts: Part[] = view.smoothing ? (view.raw ? ['raw', 'smoothed'] : ['smoothed']) : ['raw']
    if (lines.length <= MOST_BANDS && hidesPeaks(line)) parts.push('max', 'min')
    return parts.map((part): [ChartSeries, Part] => [line, part])
  })
}

/** True when averaging left out values: the band between the extremes then shows them. */
function hidesPeaks({ series: { min, max } }: ChartSeries): boolean {
  return max !== undefined && (min?.some((least, at) => least !== max[at]) ?? false)
}

/** The lines of a chart on one common x axis. */
export function plotData(lines: ChartSeries[], view: PlotView): uPlot.AlignedData {
  if (lines.length === 0) return [[]]
  const tables = lines.map((line) => {
    const columns = partsOf(lines, view)
      .filter(([owner]) => owner === line)
      .map(([, part]) => valuesOf(line, part, view))
    return [line.series.x.map((x) => axisValue(x, view)), ...columns] as uPlot.AlignedData
  })
  return tables.length === 1 && tables[0] ? tables[0] : uPlot.join(tables)
}

function valuesOf({ series }: ChartSeries, part: Part, view: PlotView): (number | null)[] {
  const values = (part === 'min' || part === 'max' ? series[part] : undefined) ?? series.y
  const drawable = view.log ? values.map(positive) : values
  return part === 'smoothed' && view.smoothing ? smoothed(drawable, view.smoothing) : drawable
}

/** Which series of the plot shows each line's value: the smoothed one where there is one. */
export function shownSeries(lines: readonly ChartSeries[], view: PlotView): number[] {
  const shown = view.smoothing ? 'smoothed' : 'raw'
  return partsOf(lines, view).flatMap(([, part], at) => (part === shown ? [at + 1] : []))
}

/** A position of the x axis in words. */
export function axisText(position: number, axis: Axis): string {
  if (axis === 'iteration') return words.scalars.iteration(formatNumber(position))
  return axis === 'time'
    ? formatDuration(position * 1_000)
    : formatMoment(new Date(position * 1_000))
}

/** Steps in which the number of points follows the width, so that few widths read anew. */
const SAMPLES_STEP = 250
const MOST_SAMPLES = 5_000

/** How many points of a series a chart can show: one for each pixel. */
export function samplesFor(width: number): number {
  const pixels = (width - AXIS_WIDTH) * window.devicePixelRatio
  const steps = Math.max(1, Math.ceil(pixels / SAMPLES_STEP))
  return Math.min(steps * SAMPLES_STEP, MOST_SAMPLES)
}

export interface PlotHandlers {
  /** Whether a cursor that moves in another chart is to be seen in this one. */
  inView: () => boolean
  onCursor: (plot: uPlot) => void
  onZoom: (zoom: Zoom | undefined) => void
}

export function plotOptions(
  lines: ChartSeries[],
  view: PlotView,
  size: { width: number; height: number },
  zoom: Zoom | undefined,
  handlers: PlotHandlers,
): uPlot.Options {
  return {
    ...size,
    legend: { show: false },
    padding: [8, 18, 0, 0],
    cursor: {
      y: false,
      points: { size: 6 },
      drag: { x: true, y: false, setScale: false },
      sync: {
        key: SYNC_KEY,
        scales: ['x', null],
        setSeries: false,
        filters: {
          pub: (type) => type === 'mousemove' || type === 'mouseleave',
          sub: (type) => type !== 'mousemove' || handlers.inView(),
        },
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
      y: {
        ...(view.log && { distr: 3 as const }),
        ...(view.ignoreOutliers && { range: (plot) => usualScale(plot, lines, view) }),
      },
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
      { ...axisLook(), size: AXIS_WIDTH, values: (_, at) => at.map(tickText) },
    ],
    series: [{}, ...partsOf(lines, view).map(([line, part]) => seriesOf(line, part, view))],
    bands: bandsOf(lines, view),
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

/** The y axis without outliers; what of the lines is a band around them does not count. */
function usualScale(
  { data }: uPlot,
  lines: readonly ChartSeries[],
  view: PlotView,
): uPlot.Range.MinMax {
  const values = shownSeries(lines, view).flatMap((at) => [...(data[at] ?? [])])
  const range = view.log
    ? usualRange(values.map((value) => value && Math.log10(value)))
    : usualRange(values)
  if (!range) return [null, null]
  if (view.log) return uPlot.rangeLog(10 ** range[0], 10 ** range[1], 10, false)
  return uPlot.rangeNum(range[0], range[1], 0.1, true)
}

function seriesOf(line: ChartSeries, part: Part, view: PlotView): uPlot.Series {
  const stroke = token(`--series-${line.color}`)
  if (part === 'min' || part === 'max') {
    return { stroke: 'transparent', width: 0, points: { show: false } }
  }
  const look = { stroke, width: 1.5, dash: [...line.dash] }
  if (!view.smoothing) return look
  return { ...look, ...(part === 'raw' && { width: 1, alpha: 0.3 }), points: { show: false } }
}

/** The room between each line's extremes, thinly filled with its colour. */
function bandsOf(lines: readonly ChartSeries[], view: PlotView): uPlot.Band[] {
  return partsOf(lines, view).flatMap(([line, part], at) => {
    if (part !== 'max') return []
    const fill = `color-mix(in oklab, ${token(`--series-${line.color}`)} 18%, transparent)`
    return [{ series: [at + 1, at + 2] as [number, number], fill }]
  })
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
  if (step >= 86_400 || clock === '00:00:00') return formatDay(moment)
  return step >= 60 ? clock.slice(0, 5) : clock
}

/** Ticks of a logarithmic axis without a label are null. */
function tickText(value: number | null): string {
  return value === null ? '' : formatNumber(value)
}

/** A canvas knows no CSS variables: the token's value in the theme shown now. */
export function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name)
}

function axisValue(position: number, { axis, origin }: PlotView): number {
  if (axis === 'iteration') return position
  return (axis === 'time' ? position - origin : position) / 1_000
}

/**
 * The part of the wire's x that a zoomed chart shows, and a little on both sides, so that lines reach
 * the chart's edges.
 */
export function windowOf(
  zoom: Zoom | undefined,
  { axis, origin }: Pick<PlotView, 'axis' | 'origin'>,
): [first: number, last: number] | undefined {
  if (!zoom) return undefined
  const margin = (zoom.to - zoom.from) / 50
  const wire = (position: number) => {
    if (axis === 'iteration') return position
    return position * 1_000 + (axis === 'time' ? origin : 0)
  }
  return [Math.floor(wire(zoom.from - margin)), Math.ceil(wire(zoom.to + margin))]
}

/** What a logarithmic axis cannot show is a gap. */
function positive(value: number | null): number | null {
  return value !== null && value > 0 ? value : null
}
