import type { Scalars, Series } from '../api/events'
import type { LastMetrics } from '../api/tasks'
import { byName } from '../format/order'
import { metricLabel } from '../tasks/metrics'
import { words } from '../words'

/** Colours of the palette; `styles.css` defines a light and a dark value of each. */
const PALETTE_SIZE = 12

/** Dash patterns in pixels; the first is a solid line. */
const DASHES: readonly (readonly number[])[] = [[], [6, 4], [2, 3], [10, 4, 2, 4]]

export interface ChartSeries {
  variant: string
  series: Series
  /** Index into the palette; the same name has the same colour in every chart. */
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
  /** Points the chart holds. */
  points: number
  /** Values the task reported for this metric, when the server knows. */
  reported: number | undefined
}

export interface ChartGroup {
  name: string
  charts: Chart[]
}

const MACHINE = ':monitor:'

/** Charts by the prefix of their metric's name; what machines report about themselves comes last. */
export function chartGroups(
  scalars: Scalars,
  lastMetrics: LastMetrics,
  { bySeries }: { bySeries: boolean },
): ChartGroup[] {
  const reported = reportedBySeries(lastMetrics)
  const groups = new Map<string, Chart[]>()
  for (const metric of Object.keys(scalars).sort(byName)) {
    const variants = scalars[metric] ?? {}
    const charts = bySeries
      ? Object.keys(variants)
          .sort(byName)
          .map((variant) => ({
            ...chartOf(metric, { [variant]: variants[variant] as Series }, reported),
            id: seriesKey(metric, variant),
            title: metricLabel({ metric, variant }),
          }))
      : [chartOf(metric, variants, reported)]
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

function chartOf(
  metric: string,
  variants: Record<string, Series>,
  reported: ReadonlyMap<string, number>,
): Chart {
  const used = new Map<number, number>()
  const lines = Object.keys(variants)
    .sort(byName)
    .map((variant) => {
      const series = variants[variant] ?? { name: variant, x: [], y: [] }
      const color = colorOf(variant)
      const nth = used.get(color) ?? 0
      used.set(color, nth + 1)
      return { variant, series, color, dash: DASHES[nth % DASHES.length] ?? [] }
    })
  const counts = lines.flatMap(({ variant }) => reported.get(seriesKey(metric, variant)) ?? [])
  return {
    id: metric,
    metric,
    title: metric,
    lines,
    points: pointsOf(lines),
    reported: counts.length > 0 ? counts.reduce((sum, count) => sum + count) : undefined,
  }
}

/** How many points lines hold together. */
export function pointsOf(lines: readonly ChartSeries[]): number {
  return lines.reduce((sum, line) => sum + line.series.x.length, 0)
}

/** True when the server averaged the chart's values into fewer points. */
export function isSampled({ points, reported }: Chart): boolean {
  return reported !== undefined && reported > points
}

/** The id of a chart's element, for going to it. */
export function elementId({ id }: Chart): string {
  return `chart-${encodeURIComponent(id)}`
}

function seriesKey(metric: string, variant: string): string {
  return `${metric}\n${variant}`
}

function reportedBySeries(lastMetrics: LastMetrics): Map<string, number> {
  const all = Object.values(lastMetrics).flatMap((variants) => Object.values(variants))
  return new Map(
    all.flatMap(({ metric, variant, count }) =>
      count === undefined ? [] : [[seriesKey(metric, variant), count]],
    ),
  )
}

/** A palette index that depends on nothing but the name (FNV-1a). */
export function colorOf(name: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < name.length; at += 1) {
    hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193)
  }
  return ((hash >>> 16) ^ (hash & 0xffff)) % PALETTE_SIZE
}
