import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { escapePattern } from '../format/projectName'
import { call } from './client'
import type { WireStatus } from './status'

/** Anything that can be found by its name. */
export interface Found {
  id: string
  name: string
  /** Of tasks and what is kept as one, as the project. */
  status?: WireStatus
  project?: { id: string; name?: string }
  /** Of versions of datasets and runs of pipelines. */
  runtime?: { version?: string }
}

/** What can be searched, in the order it is shown. */
export const FINDABLE = [
  'tasks',
  'projects',
  'queues',
  'models',
  'datasets',
  'pipelines',
  'reports',
] as const
export type Findable = (typeof FINDABLE)[number]

/** Where the things of one kind are. */
interface Source {
  endpoint: string
  /** The list's key in the answer. */
  key: string
  fields: string[]
  /** What tells this kind from others of the same list. */
  narrow?: Record<string, unknown>
}

const IN_PROJECT = ['name', 'project.name']
const TASK_FIELDS = [...IN_PROJECT, 'status']

/** Versions of datasets and runs of pipelines are tasks that other lists hide. */
const hidden = (type: string, tag: string): Source => ({
  endpoint: 'tasks.get_all_ex',
  key: 'tasks',
  fields: [...TASK_FIELDS, 'runtime.version'],
  narrow: {
    type: [type],
    system_tags: ['__$all', tag, '__$not', 'archived'],
    search_hidden: true,
  },
})

const SHOWN = { system_tags: ['-archived'] }

const SOURCES: Record<Findable, Source> = {
  tasks: { endpoint: 'tasks.get_all_ex', key: 'tasks', fields: TASK_FIELDS, narrow: SHOWN },
  projects: { endpoint: 'projects.get_all_ex', key: 'projects', fields: ['name'] },
  queues: { endpoint: 'queues.get_all_ex', key: 'queues', fields: ['name'] },
  models: { endpoint: 'models.get_all_ex', key: 'models', fields: IN_PROJECT, narrow: SHOWN },
  datasets: hidden('data_processing', 'dataset'),
  pipelines: hidden('controller', 'pipeline'),
  reports: { endpoint: 'reports.get_all_ex', key: 'tasks', fields: IN_PROJECT, narrow: SHOWN },
}

/** Results of one kind. */
const MOST = 6

/** Things of one kind whose name or id contains a text, the latest first. */
export function findQuery(kind: Findable, text: string) {
  const { endpoint, key, fields, narrow } = SOURCES[kind]
  return queryOptions({
    queryKey: ['find', kind, text],
    queryFn: async ({ signal }) => {
      const request = {
        ...narrow,
        _any_: { fields: ['name', 'id'], pattern: escapePattern(text) },
        only_fields: fields,
        order_by: ['-last_update'],
        page: 0,
        page_size: MOST,
      }
      const answer = await call<Record<string, Found[]>>(endpoint, request, { signal })
      return answer[key] ?? []
    },
    enabled: text !== '',
    placeholderData: keepPreviousData,
  })
}
