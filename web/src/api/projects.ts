import { queryOptions } from '@tanstack/react-query'
import { call } from './client'

export interface Project {
  id: string
  /** Full path, its parts joined by slashes. */
  name: string
}

async function readProjects(request: object, signal: AbortSignal): Promise<Project[]> {
  const fields = { only_fields: ['name'], page: 0 }
  const answer = await call<{ projects: Project[] }>(
    'projects.get_all_ex',
    { ...fields, ...request },
    { signal },
  )
  return answer.projects
}

/** The projects by name; at most 500, which is one request. */
export const projectsQuery = queryOptions({
  queryKey: ['projects'],
  queryFn: ({ signal }) => readProjects({ order_by: ['name'], page_size: 500 }, signal),
  staleTime: 10_000,
})

/** One project; null when it is not visible to the caller. */
export function projectQuery(id: string | undefined) {
  return queryOptions({
    queryKey: ['project', id],
    queryFn: async ({ signal }) => {
      const request = { id: [id], page_size: 1, search_hidden: true }
      return (await readProjects(request, signal))[0] ?? null
    },
    enabled: id !== undefined,
    staleTime: 60_000,
  })
}
