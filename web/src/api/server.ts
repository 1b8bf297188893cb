import { queryOptions } from '@tanstack/react-query'
import { call } from './client'

/** The addresses clients are told. */
export interface ServerUrls {
  api: string
  web: string
  files: string
}

export const serverUrlsQuery = queryOptions({
  queryKey: ['server', 'urls'],
  queryFn: async ({ signal }) => {
    const config = await call<{ urls: ServerUrls }>('server.config', {}, { signal })
    return config.urls
  },
  staleTime: Number.POSITIVE_INFINITY,
})

export interface ServerInfo {
  /** Arno's own version. */
  build: string
  /** The version of the protocol's server it is compatible with. */
  version: string
  api_version: string
}

export const serverInfoQuery = queryOptions({
  queryKey: ['server', 'info'],
  queryFn: ({ signal }) => call<ServerInfo>('server.info', {}, { signal }),
  staleTime: Number.POSITIVE_INFINITY,
})
