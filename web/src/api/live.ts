import type { QueryClient } from '@tanstack/react-query'
import { type Change, refresher } from './changes'
import { BASE_PATH } from './client'

/** Pause before a stream that was refused is asked for again (milliseconds). */
const REFUSED_PAUSE = 15_000

let following = false

/**
 * How often to look at something by itself: never while the server tells what changes, at this interval
 * (milliseconds) otherwise.
 */
export function polling(interval: number): () => number | false {
  return () => (following ? false : interval)
}

/**
 * Follows the server's stream of changes until it is stopped, and has what is behind read again. A page
 * that is not looked at holds no stream, because browsers allow few connections.
 */
export function follow(client: QueryClient): () => void {
  let source: EventSource | undefined
  let retry: ReturnType<typeof setTimeout> | undefined
  const refresh = refresher(client)

  let opened = false

  const set = (now: boolean) => {
    if (following === now) return
    following = now
    // What was missed is read, and whoever shows it learns whether to go on looking by itself. The page
    // that has just been opened shows nothing old.
    if (opened) client.invalidateQueries()
    opened = true
  }
  const open = () => {
    source = new EventSource(`${BASE_PATH}api/v1/live`)
    source.addEventListener('open', () => set(true))
    source.addEventListener('change', ({ data }) => refresh.add(JSON.parse(data) as Change))
    source.addEventListener('resync', () => client.invalidateQueries())
    source.addEventListener('error', () => {
      set(false)
      // The browser tries again by itself unless the server refused.
      if (source?.readyState !== EventSource.CLOSED) return
      retry = setTimeout(open, REFUSED_PAUSE)
    })
  }
  const close = () => {
    clearTimeout(retry)
    source?.close()
    source = undefined
  }
  const onVisibility = () => {
    close()
    if (!document.hidden) open()
  }
  document.addEventListener('visibilitychange', onVisibility)
  onVisibility()
  return () => {
    document.removeEventListener('visibilitychange', onVisibility)
    close()
    refresh.stop()
    following = false
  }
}
