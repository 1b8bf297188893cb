/** The statuses of a task. */
export const status = {
  draft: 'draft',
  queued: 'queued',
  running: 'running',
  completed: 'completed',
  failed: 'failed',
  aborted: 'aborted',
  published: 'published',
  unknown: 'unknown',
}
