/** A task's status as the wire spells it. */
export type WireStatus =
  | 'created'
  | 'queued'
  | 'in_progress'
  | 'stopped'
  | 'publishing'
  | 'published'
  | 'closed'
  | 'failed'
  | 'completed'
  | 'unknown'

/** A task's status as the pages and their addresses say it. */
export const STATUSES = [
  'draft',
  'queued',
  'running',
  'completed',
  'failed',
  'aborted',
  'published',
] as const

export type Status = (typeof STATUSES)[number]

const WIRE_BY_STATUS: Record<Status, WireStatus[]> = {
  draft: ['created'],
  queued: ['queued'],
  running: ['in_progress'],
  completed: ['completed', 'closed'],
  failed: ['failed'],
  aborted: ['stopped'],
  published: ['published', 'publishing'],
}

const STATUS_BY_WIRE = new Map<string, Status>(
  STATUSES.flatMap((status) => WIRE_BY_STATUS[status].map((wire) => [wire, status] as const)),
)

/** The page's word for a wire status; the rare `unknown` is shown as a draft that never started. */
export function statusOf(wire: string): Status {
  return STATUS_BY_WIRE.get(wire) ?? 'draft'
}

/** The wire statuses behind one word of the page. */
export function wireStatuses(status: Status): WireStatus[] {
  return WIRE_BY_STATUS[status]
}

/** True while a task may change by itself. */
export function isActive(wire: WireStatus): boolean {
  return wire === 'in_progress' || wire === 'queued'
}
