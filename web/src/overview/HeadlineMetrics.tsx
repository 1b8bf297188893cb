import { useQuery } from '@tanstack/react-query'
import { curvesQuery } from '../api/events'
import type { LastMetric } from '../api/tasks'
import { formatNumber } from '../format/number'
import { useTask } from '../task/taskContext'
import { useFreshWith } from '../task/useFreshWith'
import { headlineMetrics, metricLabel } from '../tasks/metrics'
import { Changing } from '../ui/Changing'
import { words } from '../words'
import { Part } from './Part'
import { SPARKLINE_WIDTH, Sparkline } from './Sparkline'

/** Metrics shown; the rest is in the scalars. */
const SHOWN = 8

/** A task's own metrics with their course. */
export function HeadlineMetrics() {
  const task = useTask()
  const metrics = headlineMetrics(task.last_metrics ?? {}).slice(0, SHOWN)
  const scalars = useQuery({ ...sparklinesQuery(task.id, metrics), enabled: metrics.length > 0 })
  useFreshWith(task, metrics.length > 0 ? [scalars.refetch] : [])
  const text = words.overview
  return (
    <Part title={text.metrics} tab="scalars">
      {metrics.length === 0 && <p className="text-muted">{text.noMetrics}</p>}
      <ul>
        {metrics.map((item) => {
          const series = scalars.data?.[item.metric]?.[item.variant]
          return (
            <li
              key={`${item.metric}\n${item.variant}`}
              className="flex h-12 items-center gap-4 border-b"
            >
              <span className="min-w-0 grow truncate" title={metricLabel(item)}>
                {metricLabel(item)}
              </span>
              {series && series.x.length > 1 ? (
                <Sparkline series={series} />
              ) : (
                <span className="w-40 shrink-0" />
              )}
              <Changing value={item.value} className="w-20 shrink-0 text-right font-medium">
                <span title={String(item.value ?? '')}>{formatNumber(item.value)}</span>
              </Changing>
              <span className="w-36 shrink-0 text-right text-small @max-md:hidden whitespace-nowrap text-muted">
                {formatNumber(item.min_value)} … {formatNumber(item.max_value)}
              </span>
            </li>
          )
        })}
      </ul>
    </Part>
  )
}

/** The metrics' series with as many points as a sparkline has room for. */
function sparklinesQuery(task: string, metrics: LastMetric[]) {
  return curvesQuery(task, {
    metrics: metrics.map(({ metric, variant }) => ({ metric, variants: [variant] })),
    key: 'iter',
    samples: SPARKLINE_WIDTH,
    extremes: false,
    window: undefined,
  })
}
