import type { TaskRow } from '../api/tasks'

/** Columns every table knows, in the order they stand in at first. */
export const STANDARD = [
  'status',
  'name',
  'project',
  'type',
  'tags',
  'user',
  'started',
  'last_update',
  'last_iteration',
  'active_duration',
  'metrics',
  'parent',
  'comment',
  'id',
] as const

export type StandardColumn = (typeof STANDARD)[number]

/** What of a metric a column shows. */
export const VALUES = ['value', 'min_value', 'max_value'] as const
export type MetricValue = (typeof VALUES)[number]

/** A column of the table: a standard one, a metric or a parameter. */
export type Column =
  | { kind: 'standard'; id: string; name: StandardColumn }
  | {
      kind: 'metric'
      id: string
      metricHash: string
      variantHash: string
      value: MetricValue
      metric: string
      variant: string
    }
  | { kind: 'parameter'; id: string; section: string; parameter: string }

const HASH = /^[0-9a-f]{32}$/

/** Reads a column's id as addresses and preferences hold it. */
export function readColumn(id: string): Column | undefined {
  const name = STANDARD.find((known) => known === id)
  if (name) return { kind: 'standard', id, name }
  const [kind, ...parts] = id.split(':')
  if (kind === 'p' && parts.length === 2) {
    const [section = '', parameter = ''] = parts.map(decode)
    return section && parameter ? { kind: 'parameter', id, section, parameter } : undefined
  }
  const [path = '', metric = '', variant = ''] = parts
  const [metricHash = '', variantHash = '', field] = path.split('.')
  const value = VALUES.find((known) => known === field)
  if (kind !== 'm' || !value || !HASH.test(metricHash) || !HASH.test(variantHash)) return undefined
  const names = { metric: decode(metric), variant: decode(variant) }
  return { kind: 'metric', id, metricHash, variantHash, value, ...names }
}

export function metricColumnId(
  metric: { metric: string; metric_hash: string; variant: string; variant_hash: string },
  value: MetricValue,
): string {
  const names = [metric.metric, metric.variant].map(encodeURIComponent).join(':')
  return `m:${metric.metric_hash}.${metric.variant_hash}.${value}:${names}`
}

export function parameterColumnId(section: string, name: string): string {
  return `p:${encodeURIComponent(section)}:${encodeURIComponent(name)}`
}

/** The field the server sorts and filters a column by; none for what it cannot. */
export function fieldOf(column: Column): string | undefined {
  if (column.kind === 'metric') {
    return `last_metrics.${column.metricHash}.${column.variantHash}.${column.value}`
  }
  if (column.kind === 'parameter') {
    return `hyperparams.${escapeKey(column.section)}.${escapeKey(column.parameter)}.value`
  }
  return SORT_FIELDS[column.name]
}

const SORT_FIELDS: Partial<Record<StandardColumn, string>> = {
  status: 'status',
  name: 'name',
  type: 'type',
  started: 'started',
  last_update: 'last_update',
  last_iteration: 'last_iteration',
  active_duration: 'active_duration',
  comment: 'comment',
  id: 'id',
}

/** The fields a column needs to be read of each task. */
export function neededFields(column: Column): string[] {
  if (column.kind === 'standard') return NEEDED[column.name] ?? []
  const field = fieldOf(column) ?? ''
  return column.kind === 'metric' ? [field.split('.').slice(0, 3).join('.')] : [field]
}

const NEEDED: Partial<Record<StandardColumn, string[]>> = {
  parent: ['parent.name'],
  comment: ['comment'],
}

/** A key of a map as paths hold it (contract §4.6). */
function escapeKey(key: string): string {
  return key
    .trim()
    .replaceAll('%', '%%')
    .replaceAll('.', '%2E')
    .replaceAll('$', '%24')
    .replaceAll('__', '%_%_')
    .replace(/^_/, '%_')
}

/** What a metric or parameter column shows of a task, in full. */
export function cellValue(column: Column, task: TaskRow): string | number | undefined {
  if (column.kind === 'metric') {
    const item = task.last_metrics?.[column.metricHash]?.[column.variantHash]
    return item?.[column.value] ?? undefined
  }
  if (column.kind === 'parameter') {
    return task.hyperparams?.[column.section]?.[column.parameter]?.value
  }
  return standardValue(column.name, task)
}

function standardValue(name: StandardColumn, task: TaskRow): string | number | undefined {
  switch (name) {
    case 'project':
      return task.project?.name
    case 'user':
      return task.user?.name
    case 'parent':
      return task.parent?.name
    case 'tags':
      return task.tags?.join(', ')
    case 'metrics':
      return undefined
    default:
      return task[name]
  }
}

/** A percent sign that encodes nothing stands for itself. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
