import { queryOptions } from '@tanstack/react-query'
import { call } from './client'
import type { WireStatus } from './status'

export interface Report {
  id: string
  name: string
  status: WireStatus
  /** Markdown. */
  report?: string
  last_update?: string
  tags?: string[]
  project?: { id: string; name?: string }
  user?: { id: string; name?: string }
}

const FIELDS = ['name', 'status', 'report', 'last_update', 'tags', 'project.name', 'user.name']

/** One report; null when there is none or it may not be seen. */
export function reportQuery(id: string) {
  return queryOptions({
    queryKey: ['report', id],
    queryFn: async ({ signal }) => {
      const request = { id: [id], only_fields: FIELDS }
      const answer = await call<{ tasks: Report[] }>('reports.get_all_ex', request, { signal })
      return answer.tasks[0] ?? null
    },
  })
}
