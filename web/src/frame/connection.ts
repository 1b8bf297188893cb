import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { ApiError } from '../api/client'

export interface Connection {
  /** False while the server cannot be reached. */
  connected: boolean
  /** When the server last answered, in milliseconds since 1970. */
  answered: number
}

/** Whether what is shown still follows the server, told from the page's own calls. */
export function useConnection(): Connection {
  const client = useQueryClient()
  const [connection, setConnection] = useState<Connection>(() => ({
    connected: true,
    answered: lastAnswer(client),
  }))
  useEffect(
    () =>
      client.getQueryCache().subscribe((event) => {
        if (event.type !== 'updated') return
        const { action } = event
        if (action.type === 'success') {
          setConnection({ connected: true, answered: Date.now() })
        } else if (action.type === 'error' || action.type === 'failed') {
          const lost = action.error instanceof ApiError && action.error.unreachable
          if (lost) setConnection((before) => ({ ...before, connected: false }))
        }
      }),
    [client],
  )
  return connection
}

function lastAnswer(client: QueryClient): number {
  const moments = client
    .getQueryCache()
    .getAll()
    .map((query) => query.state.dataUpdatedAt)
  return Math.max(0, ...moments) || Date.now()
}
