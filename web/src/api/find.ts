import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { escapePattern } from '../format/projectName'
import { call } from './client'
import type { WireStatus } from './status'

/** Anything that can be found by its name. */
export interface Found {
  id: string
  name: string
  /** Of tasks only, as the project. */
  status?: WireStatus
  project?: { id: string; name?: string }
}

/** What can be searched, each by its own endpoint. */
export const FINDABLE = ['tasks', 'projects', 'queues'] as const
export type Findable = (typeof FINDABLE)[number]

const FIELDS: Record<Findable, string[]> = {
  tasks: ['name', 'status', 'project.name'],
  projects: ['name'],
  queues: ['name'],
}

/** Results of one kind. */
const MOST = 6

/** Things of one kind whose name or id contains a text, the latest first. */
export function findQuery(kind: Findable, text: string) {
  return queryOptions({
    queryKey: ['find', kind, text],
    queryFn: async ({ signal }) => {
      const request = {
        _any_: { fields: ['name', 'id'], pattern: escapePattern(text) },
        only_fields: FIELDS[kind],
        order_by: ['-last_update'],
        page: 0,
        page_size: MOST,
        ...(kind === 'tasks' && { system_tags: ['-archived'] }),
      }
      const answer = await call<Record<Findable, Found[]>>(`${kind}.get_all_ex`, request, {
        signal,
      })
      return answer[kind]
    },
    enabled: text !== '',
    placeholderData: keepPreviousData,
  })
}
