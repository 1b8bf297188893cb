import {
  infiniteQueryOptions,
  keepPreviousData,
  type QueryClient,
  queryOptions,
} from '@tanstack/react-query'
import { escapePattern, namesAbove } from '../format/projectName'
import { call } from './client'
import { polling } from './live'
import type { WireStatus } from './status'
import { CALM_INTERVAL } from './tasks'

export interface Project {
  id: string
  /** Full path, its parts joined by slashes. */
  name: string
}

/** What a project's tasks add up to, those of its sub-projects included. */
export interface ProjectStats {
  status_count?: Partial<Record<WireStatus, number>>
  total_tasks?: number
  /** Seconds. */
  total_runtime?: number
  completed_tasks_24h?: number
  last_task_run?: string | null
}

export interface ProjectRow extends Project {
  /** The last part of the path. */
  basename?: string
  description?: string
  tags?: string[]
  created?: string
  last_update?: string
  default_output_destination?: string
  stats?: { active?: ProjectStats }
  /** All descendants. */
  sub_projects?: Project[]
}

/** The projects below one, without the hidden folders of datasets, pipelines and reports. */
export function shownBelow({ sub_projects }: ProjectRow): Project[] | undefined {
  return sub_projects?.filter(({ name }) => !/\/\.(datasets|pipelines|reports)(\/|$)/.test(name))
}

const ROW_FIELDS = [
  'name',
  'basename',
  'description',
  'tags',
  'created',
  'last_update',
  'default_output_destination',
]

/** Projects of one request of a list. */
export const PROJECTS_PAGE = 60

async function readProjects<Row extends Project>(
  request: object,
  signal: AbortSignal,
): Promise<Row[]> {
  const answer = await call<{ projects: Row[] }>(
    'projects.get_all_ex',
    { only_fields: ['name'], page: 0, ...request },
    { signal },
  )
  return answer.projects
}

/** The projects by name; at most 500, which is one request. */
export const projectsQuery = queryOptions({
  queryKey: ['projects', 'names'],
  queryFn: ({ signal }) => readProjects<Project>({ order_by: ['name'], page_size: 500 }, signal),
  staleTime: 10_000,
})

/** One project; null when it is not visible to the caller. */
export function projectQuery(id: string | undefined) {
  return queryOptions({
    queryKey: ['project', id],
    queryFn: async ({ signal }) => {
      const request = {
        id: [id],
        only_fields: ROW_FIELDS,
        page_size: 1,
        search_hidden: true,
        include_stats: true,
      }
      return (await readProjects<ProjectRow>(request, signal))[0] ?? null
    },
    enabled: id !== undefined,
    staleTime: 5_000,
    refetchInterval: polling(CALM_INTERVAL),
  })
}

export interface ProjectListing {
  /** The direct parent; the root when absent. Not looked at while `q` searches everywhere. */
  parent?: string | undefined
  /** A regular expression on path and description. */
  q?: string | undefined
  order: 'last_update' | 'name'
}

/** Projects with their statistics, page by page. */
export function projectListQuery({ parent, q, order }: ProjectListing) {
  return infiniteQueryOptions({
    queryKey: ['projects', 'list', parent, q, order],
    queryFn: ({ pageParam, signal }) => {
      const where = q
        ? { _any_: { fields: ['name', 'description'], pattern: q } }
        : { shallow_search: true, ...(parent && { parent: [parent] }) }
      const request = {
        ...where,
        only_fields: ROW_FIELDS,
        order_by: [order === 'last_update' ? '-last_update' : order],
        include_stats: true,
        page: pageParam,
        page_size: PROJECTS_PAGE,
      }
      return readProjects<ProjectRow>(request, signal)
    },
    initialPageParam: 0,
    getNextPageParam: (last, pages) => (last.length < PROJECTS_PAGE ? undefined : pages.length),
    placeholderData: keepPreviousData,
    refetchInterval: (query) =>
      polling(CALM_INTERVAL * Math.max(1, query.state.data?.pages.length ?? 1))(),
  })
}

/** The projects at any depth in which something last happened. */
export function recentProjects(count: number, signal: AbortSignal): Promise<ProjectRow[]> {
  const request = {
    only_fields: ROW_FIELDS,
    order_by: ['-last_update'],
    include_stats: true,
    page_size: count,
  }
  return readProjects<ProjectRow>(request, signal)
}

/** The projects above one, from the root down, by its full name. */
export function ancestorsQuery(name: string) {
  const above = namesAbove(name)
  return queryOptions({
    queryKey: ['projects', 'above', name],
    queryFn: async ({ signal }) => {
      if (above.length === 0) return []
      const pattern = `^(${above.map(escapePattern).join('|')})$`
      return await readProjects<Project>({ name: pattern, order_by: ['name'] }, signal)
    },
    staleTime: 60_000,
  })
}

export interface ProjectFields {
  name: string
  description?: string
  default_output_destination?: string
  tags?: string[]
}

export async function createProject(fields: ProjectFields): Promise<string> {
  const answer = await call<{ id: string }>('projects.create', { description: '', ...fields })
  return answer.id
}

export async function updateProject(
  project: string,
  fields: Partial<ProjectFields>,
): Promise<void> {
  await call('projects.update', { project, ...fields })
}

/** Moves a project below another, which is made when it does not exist; empty is the root. */
export async function moveProject(project: string, newLocation: string): Promise<void> {
  await call('projects.move', { project, new_location: newLocation })
}

/** Moves everything a project holds into another one and removes it. */
export async function mergeProject(project: string, into: string): Promise<void> {
  await call('projects.merge', { project, destination_project: into })
}

/** What a project and those below it hold. */
export interface ProjectContents {
  tasks: number
  non_archived_tasks: number
  models: number
  non_archived_models: number
  reports?: number
  pipelines?: number
  datasets?: number
}

export function contentsQuery(project: string) {
  return queryOptions({
    queryKey: ['project', project, 'contents'],
    queryFn: ({ signal }) =>
      call<ProjectContents>('projects.validate_delete', { project }, { signal }),
    staleTime: 0,
  })
}

/** Deletes a project and those below it; with its contents, or leaving them without a project. */
export async function deleteProject(project: string, withContents: boolean): Promise<void> {
  await call('projects.delete', { project, force: true, delete_contents: withContents })
}

/** Has everything that shows projects read again. */
export async function refreshProjects(client: QueryClient): Promise<void> {
  await Promise.all([
    client.invalidateQueries({ queryKey: ['projects'] }),
    client.invalidateQueries({ queryKey: ['project'] }),
  ])
}

export interface MetricVariant {
  metric: string
  metric_hash: string
  variant: string
  variant_hash: string
}

/** Every metric and variant that tasks of a project and those below it have reported. */
export function metricVariantsQuery(project: string) {
  return queryOptions({
    queryKey: ['project', project, 'metrics'],
    queryFn: async ({ signal }) => {
      const answer = await call<{ metrics: MetricVariant[] }>(
        'projects.get_unique_metric_variants',
        { project },
        { signal },
      )
      return answer.metrics
    },
    staleTime: 30_000,
  })
}
