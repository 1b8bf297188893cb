import type { LastMetric, LastMetrics } from '../api/tasks'
import { byName } from '../format/order'

/** A task's own metrics by name; what machines report about themselves is left out. */
export function headlineMetrics(metrics: LastMetrics): LastMetric[] {
  return Object.values(metrics)
    .flatMap((variants) => Object.values(variants))
    .filter((item) => !item.metric.startsWith(':monitor:'))
    .sort((a, b) => byName(metricLabel(a), metricLabel(b)))
}

/** `loss train`; just `loss` when metric and variant are the same or the metric is the SDK's `Summary`. */
export function metricLabel({ metric, variant }: Pick<LastMetric, 'metric' | 'variant'>): string {
  if (metric === variant || metric === 'Summary' || metric === '') return variant
  return variant === '' ? metric : `${metric} ${variant}`
}
