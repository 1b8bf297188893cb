import { createContext, useContext } from 'react'
import type { LastMetric, LastMetrics } from '../api/tasks'
import { formatNumber } from '../format/number'
import { Changing } from '../ui/Changing'
import { headlineMetrics, metricLabel } from './metrics'

/** Metrics written out in a row, of which the cell shows as many as fit. */
const SHOWN = 6

/** The metrics read so far, by task. They come after the rows, and change without the rows being built anew. */
export const LastMetricsContext = createContext<ReadonlyMap<string, LastMetrics>>(new Map())

/** A task's last metrics in one line; all of them with their full values on hover. */
export function MetricsCell({ taskId }: { taskId: string }) {
  const items = headlineMetrics(useContext(LastMetricsContext).get(taskId) ?? {})
  return (
    <span
      className="flex h-5 flex-wrap gap-x-3 overflow-hidden"
      title={items.map(inFull).join('\n')}
    >
      {items.slice(0, SHOWN).map((item) => (
        <Changing
          key={`${item.metric}\n${item.variant}`}
          value={item.value}
          className="max-w-full truncate"
        >
          <span className="text-muted">{metricLabel(item)}</span> {formatNumber(item.value)}
        </Changing>
      ))}
    </span>
  )
}

function inFull(item: LastMetric): string {
  return `${metricLabel(item)}  ${item.value ?? '–'}`
}
