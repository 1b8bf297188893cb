import { queryOptions } from '@tanstack/react-query'
import { BASE_PATH } from './client'
import { askOwn, OWN_PLACE, reach } from './own'

/** Kinds of what is registered at the gateway. */
export const KINDS = [
  'apis',
  'tasks',
  'endpoints',
  'machines',
  'plans',
  'grants',
  'tokens',
  'issuers',
] as const

export type Kind = (typeof KINDS)[number]

/** Something that is registered. */
export interface Entry {
  id: string
  created: string
  updated: string
  [field: string]: unknown
}

export interface Page<Item> {
  items: Item[]
  total: number
}

/** A call in the record. */
export interface GatewayCall {
  id: string
  time: string
  mode: 'sporadic' | 'stable'
  caller: string
  caller_name: string
  address: string
  api: string | null
  target: string
  endpoint: string
  clone: string | null
  shared: boolean
  status: number
  error: string | null
  latency_ms: number
  request_size: number
  answer_size: number
  ended: string | null
  compute_ms: number
  request?: unknown
  answer?: unknown
}

/** What some calls amount to. */
export interface Sum {
  calls: number
  failed: number
  mean_latency_ms: number
  compute_seconds: number
}

export interface Statistics {
  counts: Record<'task' | 'endpoint' | 'machine' | 'api', number>
  series: (Sum & { time: number; mode: string })[]
  callers: (Sum & { caller: string; caller_name: string })[]
  targets: (Sum & { target: string; endpoint: string; mode: string })[]
}

export interface Consumed extends Sum {
  caller: string
  caller_name: string
  api: string
  target: string
}

export interface Owed extends Sum {
  grant: string
  caller: string
  caller_name: string
  api: string
  plan: string
  currency: string
  charged_calls: number
  amount: number
}

/** Asks the gateway's interface. */
function ask<Answer>(method: string, path: string, body?: object, signal?: AbortSignal) {
  return askOwn<Answer>(method, `gateway/${path}`, body, signal)
}

/** A query string of what is given. */
export function queryOf(fields: Record<string, string | number | undefined>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined && value !== '') query.set(name, String(value))
  }
  return query.size === 0 ? '' : `?${query}`
}

/** Entries of a kind, a page at a time. */
export function entriesQuery(kind: Kind, q = '', page = 0, size = 50) {
  return queryOptions({
    queryKey: ['gateway', kind, q, page, size],
    queryFn: ({ signal }) =>
      ask<Page<Entry>>('GET', `${kind}${queryOf({ q, page, page_size: size })}`, undefined, signal),
  })
}

/** All entries of a kind, to choose from. */
export const choicesQuery = (kind: Kind) => entriesQuery(kind, '', 0, 500)

export function entryQuery(kind: Kind, id: string) {
  return queryOptions({
    queryKey: ['gateway', kind, 'one', id],
    queryFn: ({ signal }) => ask<Entry>('GET', `${kind}/${id}`, undefined, signal),
  })
}

export function saveEntry(kind: Kind, id: string | undefined, fields: object): Promise<Entry> {
  return id === undefined
    ? ask<Entry>('POST', kind, fields)
    : ask<Entry>('PATCH', `${kind}/${id}`, fields)
}

export function removeEntry(kind: Kind, id: string): Promise<unknown> {
  return ask('DELETE', `${kind}/${id}`)
}

export function callsQuery(filter: Record<string, string | number | undefined>) {
  return queryOptions({
    queryKey: ['gateway', 'calls', filter],
    queryFn: ({ signal }) =>
      ask<Page<GatewayCall>>('GET', `calls${queryOf(filter)}`, undefined, signal),
  })
}

export function callQuery(id: string) {
  return queryOptions({
    queryKey: ['gateway', 'call', id],
    queryFn: ({ signal }) => ask<GatewayCall>('GET', `calls/${id}`, undefined, signal),
  })
}

/** Where the record is downloaded as a table. */
export function callsTable(filter: Record<string, string | undefined>): string {
  return `${BASE_PATH}${OWN_PLACE}/gateway/calls${queryOf({ ...filter, format: 'csv' })}`
}

export function statisticsQuery(step: string, from: string) {
  return queryOptions({
    queryKey: ['gateway', 'statistics', step, from],
    queryFn: ({ signal }) =>
      ask<Statistics>('GET', `statistics${queryOf({ step, from })}`, undefined, signal),
  })
}

export function consumptionQuery(period: { from?: string | undefined; to?: string | undefined }) {
  return queryOptions({
    queryKey: ['gateway', 'consumption', period],
    queryFn: async ({ signal }) => {
      const query = queryOf(period)
      const [used, owed] = await Promise.all([
        ask<{ items: Consumed[] }>('GET', `consumption${query}`, undefined, signal),
        ask<{ items: Owed[] }>('GET', `invoice${query}`, undefined, signal),
      ])
      return { used: used.items, owed: owed.items }
    },
  })
}

/** Calls an API as an application does; the answer's status, text and time. */
export async function callApi(path: string, body: object) {
  const began = performance.now()
  const answer = await reach(`clearml/serve/api/${path}`, 'POST', body)
  const text = await answer.text()
  return { status: answer.status, text, ms: Math.round(performance.now() - began) }
}

/** Follows a run of a sporadic call; returns what ends that. */
export function followRun(id: string, tell: (state: string) => void): () => void {
  const events = new EventSource(`${BASE_PATH}clearml/serve/task/${id}/events`)
  events.addEventListener('status', (event) => tell(event.data))
  events.addEventListener('end', () => events.close())
  return () => events.close()
}
