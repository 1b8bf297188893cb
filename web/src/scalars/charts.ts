import type { Outline, Outlines, Scalars, Series } from '../api/events'
import { byName } from '../format/order'
import { metricLabel } from '../tasks/metrics'
import { words } from '../words'
import { colorOf, type SeriesColors } from './colors'

/** Dash patterns in pixels; the first is a solid line. */
const DASHES: readonly (readonly number[])[] = [[], [6, 4], [2, 3], [10, 4, 2, 4]]

export interface ChartSeries {
  variant: string
  /** Without points until they are read. */
  series: Series
  /** Index into the palette, chosen or made of the name; the same name has the same colour in every chart. */
  color: number
  /** Tells apart series of one chart that share a colour. */
  dash: readonly number[]
}

/** The chart of one metric, or of one of its series. */
export interface Chart {
  /** Tells it apart from the task's other charts. */
  id: string
  metric: string
  title: string
  lines: ChartSeries[]
  /** Points the task has of these series. */
  reported: number
}

export interface ChartGroup {
  name: string
  charts: Chart[]
}

const MACHINE = ':monitor:'

/** Charts by the prefix of their metric's name; what machines report about themselves comes last. */
export function chartGroups(
  outlines: Outlines,
  { bySeries, colors }: { bySeries: boolean; colors: SeriesColors },
): ChartGroup[] {
  const groups = new Map<string, Chart[]>()
  for (const metric of Object.keys(outlines).sort(byName)) {
    const variants = Object.entries(outlines[metric] ?? {}).sort(([a], [b]) => byName(a, b))
    const charts = bySeries
      ? variants.map(([variant, outline]) => ({
          ...chartOf(metric, [[variant, outline]], colors),
          id: `${metric}\n${variant}`,
          title: metricLabel({ metric, variant }),
        }))
      : [chartOf(metric, variants, colors)]
    const name = groupOf(metric)
    groups.set(name, [...(groups.get(name) ?? []), ...charts])
  }
  const named = [...groups].map(([name, charts]) => ({ name, charts }))
  return named.sort((a, b) => rank(a.name) - rank(b.name) || byName(a.name, b.name))
}

function groupOf(metric: string): string {
  if (metric.startsWith(MACHINE)) return words.scalars.machine
  const slash = metric.lastIndexOf('/')
  return slash > 0 ? metric.slice(0, slash) : ''
}

function rank(group: string): number {
  if (group === '') return 0
  return group === words.scalars.machine ? 2 : 1
}

function chartOf(metric: string, variants: [string, Outline][], colors: SeriesColors): Chart {
  const used = new Map<number, number>()
  const lines = variants.map(([variant]) => {
    const color = colors.get(variant) ?? colorOf(variant)
    const nth = used.get(color) ?? 0
    used.set(color, nth + 1)
    return { variant, series: unread(variant), color, dash: DASHES[nth % DASHES.length] ?? [] }
  })
  const reported = variants.reduce((sum, [, { count }]) => sum + count, 0)
  return { id: metric, metric, title: metric, lines, reported }
}

/** The lines with what was read of them; a line without a point in what was asked for is empty. */
export function withSeries(lines: ChartSeries[], read: Scalars[string]): ChartSeries[] {
  return lines.map((line) => ({ ...line, series: read[line.variant] ?? unread(line.variant) }))
}

function unread(name: string): Series {
  return { name, x: [], y: [] }
}

/** How many points lines hold together. */
export function pointsOf(lines: readonly ChartSeries[]): number {
  return lines.reduce((sum, line) => sum + line.series.x.length, 0)
}

/** The id of a chart's element, for going to it. */
export function elementId({ id }: Chart): string {
  return `chart-${encodeURIComponent(id)}`
}
