import type { ReactNode } from 'react'
import { type Status, statusOf } from '../api/status'
import { words } from '../words'

/** The class that colours what stands for a status. */
export const STATUS_COLORS: Record<Status, string> = {
  draft: 'text-draft',
  queued: 'text-queued',
  running: 'text-running',
  completed: 'text-completed',
  failed: 'text-failed',
  aborted: 'text-aborted',
  published: 'text-published',
}

/** Shape and colour together, so that a status is told without seeing colours. */
const SHAPES: Record<Status, ReactNode> = {
  draft: <circle cx="6" cy="6" r="4" />,
  queued: (
    <>
      <circle cx="6" cy="6" r="4.5" />
      <path d="M6 3.5V6l1.8 1.2" />
    </>
  ),
  running: (
    <circle
      className="animate-pulse-soft"
      cx="6"
      cy="6"
      r="4.2"
      fill="currentColor"
      stroke="none"
    />
  ),
  completed: <path d="m2 6.5 2.8 2.800L10 3.5" strokeWidth="1.8" />,
  failed: <path d="m2.5 2.5 7 7M9.5 2.500l-7 7" strokeWidth="1.8" />,
  aborted: <rect x="2" y="2" width="8" height="8" rx="1" fill="currentColor" stroke="none" />,
  published: <path d="M6 1 11 6l-5 5-5-5Z" fill="currentColor" stroke="none" />,
}

/** A status's shape alone; what stands beside it must say the word. */
export function StatusShape({ status }: { status: Status }) {
  return (
    <svg
      viewBox="0 0 12 12"
      className={`size-3 shrink-0 ${STATUS_COLORS[status]}`}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {SHAPES[status]}
    </svg>
  )
}

interface StatusMarkProps {
  /** As the wire spells it. */
  wire: string
  /** Percent done; the SDK writes 0 for every task, also for those that never tell. */
  progress?: string | number | undefined
}

/** A task's status: shape, word, and progress while it runs. */
export function StatusMark({ wire, progress }: StatusMarkProps) {
  const status = statusOf(wire)
  const percent = Number.parseFloat(String(progress))
  const told = status === 'running' && percent > 0 && percent <= 100
  return (
    <span className="inline-flex items-center gap-2 whitespace-nowrap">
      <StatusShape status={status} />
      <span className={STATUS_COLORS[status]}>
        {words.status[wire === 'unknown' ? wire : status]}
      </span>
      {told && <span className="text-muted">{Math.round(percent)} %</span>}
    </span>
  )
}
