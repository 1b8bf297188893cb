import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'
import { LOG_BATCH, readLog } from '../api/events'
import { isActive } from '../api/status'
import { LIVE_INTERVAL, type Task } from '../api/tasks'
import {
  earlierThan,
  firstWindow,
  type LogWindow,
  newerThan,
  withEarlier,
  withNewer,
} from './window'

/** A task's console, followed while the task runs and extended backwards on demand. */
export function useConsole(task: Task) {
  const client = useQueryClient()
  const key = ['log', task.id]
  const active = isActive(task.status)
  const query = useQuery({
    queryKey: key,
    queryFn: async ({ signal }) => {
      const before = client.getQueryData<LogWindow>(key)
      if (!before) return firstWindow(await readLog(task.id, {}, signal))
      return await readNews(task.id, () => client.getQueryData<LogWindow>(key) ?? before, signal)
    },
    refetchInterval: active ? LIVE_INTERVAL : false,
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

  const [loadingEarlier, setLoadingEarlier] = useState(false)
  const loadEarlier = useCallback(async () => {
    const logKey = ['log', task.id]
    const window = client.getQueryData<LogWindow>(logKey)
    if (!window?.hasEarlier) return
    setLoadingEarlier(true)
    try {
      const before = earlierThan(window)
      const page = await readLog(task.id, before === undefined ? {} : { before })
      client.setQueryData<LogWindow>(logKey, (latest) => latest && withEarlier(latest, page))
    } finally {
      setLoadingEarlier(false)
    }
  }, [client, task.id])

  return { ...query, active, loadEarlier, loadingEarlier }
}

/** Reads everything new; `latest` gives the window as it is then, which earlier events may have joined. */
async function readNews(task: string, latest: () => LogWindow, signal: AbortSignal) {
  let after = newerThan(latest())
  let page = await readLog(task, { after }, signal)
  let window = withNewer(latest(), after, page)
  while (page.events.length >= LOG_BATCH) {
    after = page.events.at(-1)?.timestamp ?? after
    page = await readLog(task, { after }, signal)
    window = withNewer(window, after, page)
  }
  return window
}
