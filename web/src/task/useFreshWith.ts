import { useEffect, useRef } from 'react'
import type { Task } from '../api/tasks'

/** Reads again whenever the task says that it was changed. */
export function useFreshWith(task: Task, refetches: (() => unknown)[]): void {
  const version = `${task.last_change} ${task.last_update}`
  const seen = useRef(version)
  const latest = useRef(refetches)
  useEffect(() => {
    latest.current = refetches
  })
  useEffect(() => {
    if (seen.current === version) return
    seen.current = version
    for (const refetch of latest.current) refetch()
  }, [version])
}
