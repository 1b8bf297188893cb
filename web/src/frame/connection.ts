import { type Query, type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { ApiError } from '../api/client'

export interface Connection {
  /** False while anything on the page cannot be brought up to date. */
  connected: boolean
  /** When the server last answered; of the oldest part that is behind, when one is. Milliseconds since 1970. */
  answered: number
}

/** Whether what is shown still follows the server, told from the page's own calls. */
export function useConnection(): Connection {
  const client = useQueryClient()
  const [connection, setConnection] = useState(() => connectionOf(client))
  useEffect(
    () =>
      client.getQueryCache().subscribe((event) => {
        if (event.type !== 'updated' || event.action.type === 'fetch') return
        const now = connectionOf(client)
        setConnection((before) => (sameConnection(before, now) ? before : now))
      }),
    [client],
  )
  return connection
}

function connectionOf(client: QueryClient): Connection {
  const queries = client.getQueryCache().getAll()
  const behind = queries.filter((query) => query.isActive() && isBehind(query))
  const moments = (behind.length > 0 ? behind : queries)
    .map((query) => query.state.dataUpdatedAt)
    .filter((moment) => moment > 0)
  if (moments.length === 0) return { connected: behind.length === 0, answered: Date.now() }
  return behind.length > 0
    ? { connected: false, answered: Math.min(...moments) }
    : { connected: true, answered: Math.max(...moments) }
}

/** True when the last attempt failed for a reason that may pass. */
function isBehind({ state }: Query): boolean {
  const reason = state.fetchFailureReason ?? state.error
  return reason instanceof ApiError && reason.passing
}

function sameConnection(one: Connection, other: Connection): boolean {
  return one.connected === other.connected && one.answered === other.answered
}
