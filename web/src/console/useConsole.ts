import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'
import { type LogPage, type LogRange, readLog } from '../api/events'
import { polling } from '../api/live'
import { isActive } from '../api/status'
import { LIVE_INTERVAL, type Task } from '../api/tasks'
import {
  earlierThan,
  firstWindow,
  type LogWindow,
  newerThan,
  windowFrom,
  withEarlier,
  withLater,
  withNewer,
} from './window'

/**
 * A task's console from its end, followed while the task runs; or, with `from`, from that moment on
 * (milliseconds since 1970). It is extended at both ends on demand.
 */
export function useConsole(task: Task, from?: number) {
  const client = useQueryClient()
  const key = logKey(task.id, from)
  const active = isActive(task.status)
  const query = useQuery({
    queryKey: key,
    queryFn: async ({ signal }) => {
      const before = client.getQueryData<LogWindow>(key)
      if (!before) {
        if (from === undefined) return firstWindow(await readLog(task.id, {}, signal))
        return windowFrom(await readLog(task.id, { after: from - 1 }, signal))
      }
      if (before.hasLater) return before
      return await readNews(task.id, () => client.getQueryData<LogWindow>(key) ?? before, signal)
    },
    refetchInterval: active && polling(LIVE_INTERVAL),
    structuralSharing: false,
  })

  // The last lines arrive with or after the change that ends the run.
  const { refetch } = query
  const seen = useRef(task.last_update)
  useEffect(() => {
    if (seen.current === task.last_update) return
    seen.current = task.last_update
    refetch()
  }, [task.last_update, refetch])

  const [loadingEarlier, loadEarlier] = useExtension(task.id, from, earlier)
  const [loadingLater, loadLater] = useExtension(task.id, from, later)
  return { ...query, active, loadEarlier, loadingEarlier, loadLater, loadingLater }
}

function logKey(task: string, from: number | undefined): (string | number)[] {
  return from === undefined ? ['log', task] : ['log', task, from]
}

/** How a window grows at one end: what to read, and what becomes of it; null when there is no more. */
type Extension = (
  window: LogWindow,
) => { range: LogRange; join: (window: LogWindow, page: LogPage) => LogWindow } | null

const earlier: Extension = (window) => {
  if (!window.hasEarlier) return null
  const before = earlierThan(window)
  return { range: before === undefined ? {} : { before }, join: withEarlier }
}

const later: Extension = (window) => {
  if (!window.hasLater) return null
  return { range: { after: window.events.at(-1)?.timestamp ?? -1 }, join: withLater }
}

/** Loads more of the console at one end, and whether that is under way. */
function useExtension(
  task: string,
  from: number | undefined,
  extend: Extension,
): [boolean, () => Promise<void>] {
  const client = useQueryClient()
  const [loading, setLoading] = useState(false)
  const load = useCallback(async () => {
    const key = logKey(task, from)
    const window = client.getQueryData<LogWindow>(key)
    const next = window && extend(window)
    if (!next) return
    setLoading(true)
    try {
      const page = await readLog(task, next.range)
      client.setQueryData<LogWindow>(key, (latest) => latest && next.join(latest, page))
    } finally {
      setLoading(false)
    }
  }, [client, task, from, extend])
  return [loading, load]
}

/** Reads everything new; `latest` gives the window as it is then, which earlier events may have joined. */
async function readNews(task: string, latest: () => LogWindow, signal: AbortSignal) {
  let after = newerThan(latest())
  let page = await readLog(task, { after }, signal)
  let window = withNewer(latest(), after, page)
  while (page.full) {
    after = page.events.at(-1)?.timestamp ?? after
    page = await readLog(task, { after }, signal)
    window = withNewer(window, after, page)
  }
  return window
}
