import type { Scalars, Series } from '../api/events'
import type { LastMetrics } from '../api/tasks'
import { byName } from '../format/order'

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

/** One metric's chart. */
export interface Chart {
  metric: string
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
export function chartGroups(scalars: Scalars, lastMetrics: LastMetrics): ChartGroup[] {
  const reported = reportedByMetric(lastMetrics)
  const groups = new Map<string, Chart[]>()
  for (const metric of Object.keys(scalars).sort(byName)) {
    const chart = chartOf(metric, scalars[metric] ?? {}, reported.get(metric))
    const name = groupOf(metric)
    groups.set(name, [...(groups.get(name) ?? []), chart])
  }
  const named = [...groups].map(([name, charts]) => ({ name, charts }))
  return named.sort((a, b) => rank(a.name) - rank(b.name) || byName(a.name, b.name))
}

const MACHINE_GROUP = 'Machine'

function groupOf(metric: string): string {
  if (metric.startsWith(MACHINE)) return MACHINE_GROUP
  const slash = metric.lastIndexOf('/')
  return slash > 0 ? metric.slice(0, slash) : ''
}

function rank(group: string): number {
  if (group === '') return 0
  return group === MACHINE_GROUP ? 2 : 1
}

function chartOf(metric: string, variants: Record<string, Series>, reported?: number): Chart {
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
  const points = lines.reduce((sum, line) => sum + line.series.x.length, 0)
  return { metric, lines, points, reported }
}

function reportedByMetric(lastMetrics: LastMetrics): Map<string, number> {
  const counts = new Map<string, number>()
  for (const item of Object.values(lastMetrics).flatMap((variants) => Object.values(variants))) {
    if (item.count !== undefined) {
      counts.set(item.metric, (counts.get(item.metric) ?? 0) + item.count)
    }
  }
  return counts
}

/** A palette index that depends on nothing but the name (FNV-1a). */
export function colorOf(name: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < name.length; at += 1) {
    hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193)
  }
  return ((hash >>> 16) ^ (hash & 0xffff)) % PALETTE_SIZE
}

/**
 * Exponential smoothing, corrected for its start so that the first points are not drawn towards zero.
 * `weight` is the share of the past, from 0 (none) to below 1. Gaps stay gaps.
 */
export function smoothed(values: readonly (number | null)[], weight: number): (number | null)[] {
  let sum = 0
  let share = 0
  return values.map((value) => {
    if (value === null) return null
    sum = weight * sum + (1 - weight) * value
    share = weight * share + (1 - weight)
    return sum / share
  })
}
