import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { readMoment } from '../format/time'
import { call } from './client'
import { polling } from './live'
import type { MetricVariant } from './projects'
import type { WireStatus } from './status'
import { CALM_INTERVAL, type LastMetrics } from './tasks'

/** Which value of a metric a snapshot shows. */
export const VALUE_KINDS = ['last', 'min', 'max'] as const
export type ValueKind = (typeof VALUE_KINDS)[number]

/** A task as a point of a snapshot. */
export interface SnapshotPoint {
  id: string
  name: string
  status: WireStatus
  /** When the task ended, or was last heard of. Milliseconds since 1970. */
  moment: number
  value: number
}

interface TaskWithMetric {
  id: string
  name: string
  status: WireStatus
  completed?: string
  last_update?: string
  last_metrics?: LastMetrics
}

/** Tasks of one snapshot, the newest. */
const MOST_TASKS = 500

const FIELDS = { last: 'value', min: 'min_value', max: 'max_value' } as const

/** One value of one metric for the newest tasks of a project and those below it. */
export function snapshotQuery(project: string, variant: MetricVariant, kind: ValueKind) {
  const path = `last_metrics.${variant.metric_hash}.${variant.variant_hash}`
  return queryOptions({
    queryKey: ['project', project, 'snapshot', path, kind],
    queryFn: async ({ signal }) => {
      const request = {
        project: [project],
        include_subprojects: true,
        system_tags: ['-archived'],
        status: ['-created', '-queued'],
        only_fields: ['name', 'status', 'completed', 'last_update', path],
        order_by: ['-last_update'],
        page: 0,
        page_size: MOST_TASKS,
      }
      const answer = await call<{ tasks: TaskWithMetric[] }>('tasks.get_all_ex', request, {
        signal,
      })
      return answer.tasks.flatMap((task) => pointOf(task, variant, kind))
    },
    placeholderData: keepPreviousData,
    refetchInterval: polling(CALM_INTERVAL),
  })
}

function pointOf(task: TaskWithMetric, variant: MetricVariant, kind: ValueKind): SnapshotPoint[] {
  const summary = task.last_metrics?.[variant.metric_hash]?.[variant.variant_hash]
  const value = summary?.[FIELDS[kind]]
  const moment = readMoment(task.completed) ?? readMoment(task.last_update)
  if (typeof value !== 'number' || !moment) return []
  const { id, name, status } = task
  return [{ id, name, status, moment: moment.getTime(), value }]
}
