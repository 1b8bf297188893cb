import { type RefObject, useEffect, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import type { ChartSeries } from './charts'
import { type PlotView, plotOptions, shownSeries } from './plot'
import type { Zoom } from './search'

interface PlotInputs {
  place: RefObject<HTMLDivElement | null>
  /** Nothing is drawn while the width is 0. */
  width: number
  height: number
  data: uPlot.AlignedData
  theme: string
  lines: ChartSeries[]
  view: PlotView
  zoom: Zoom | undefined
  setZoom: (zoom: Zoom | undefined) => void
  showCursor: (plot: uPlot) => void
  /** Whether the plot can be seen; one that cannot does not follow the others' cursors. */
  inView: boolean
}

/** Draws the plot. It is built anew when its look changes; new data alone goes into the plot that is there. */
export function usePlot({ place, width, height, theme, ...inputs }: PlotInputs): void {
  const plot = useRef<uPlot | null>(null)
  const latest = useRef(inputs)
  useEffect(() => {
    latest.current = inputs
  })
  const { lines, view, zoom, data } = inputs
  const looks = lines.map((line) => [line.variant, line.color, line.dash])
  const look = JSON.stringify([looks, shownSeries(lines, view), view, zoom, theme])
  // biome-ignore lint/correctness/useExhaustiveDependencies: `look` stands for everything the options depend on
  useEffect(() => {
    if (!place.current || width === 0) return
    const now = latest.current
    const options = plotOptions(now.lines, now.view, { width, height }, now.zoom, {
      inView: () => latest.current.inView,
      onCursor: (drawn) => latest.current.showCursor(drawn),
      onZoom: (range) => latest.current.setZoom(range),
    })
    const drawn = new uPlot(options, now.data, place.current)
    plot.current = drawn
    return () => {
      plot.current = null
      drawn.destroy()
    }
  }, [place, width, height, look])
  useEffect(() => {
    plot.current?.setData(data)
  }, [data])
}

/** What each line shows where the cursor is. */
export function valuesAtCursor(
  plot: uPlot,
  lines: readonly ChartSeries[],
  view: PlotView,
): (number | null)[] {
  return shownSeries(lines, view).map((series) => {
    const at = plot.cursor.idxs?.[series] ?? plot.cursor.idx
    return at === null || at === undefined ? null : (plot.data[series]?.[at] ?? null)
  })
}
