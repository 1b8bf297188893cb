import { queryOptions } from '@tanstack/react-query'
import { call } from './client'

/** What goes with tasks when they are deleted. */
export interface TaskContents {
  models: number
  artifacts: number
}

interface ContentsRow {
  models?: { output?: unknown[] }
  execution?: { artifacts?: unknown[] }
}

/** Ids of one request; the API's own limit. */
const BATCH = 500

/** Counts the output models and artifacts of tasks. */
export function contentsOfTasksQuery(ids: string[]) {
  return queryOptions({
    queryKey: ['taskContents', ids],
    queryFn: async ({ signal }) => {
      const contents: TaskContents = { models: 0, artifacts: 0 }
      for (let at = 0; at < ids.length; at += BATCH) {
        const request = {
          id: ids.slice(at, at + BATCH),
          only_fields: ['models.output', 'execution.artifacts'],
          search_hidden: true,
          page: 0,
          page_size: BATCH,
        }
        const answer = await call<{ tasks: ContentsRow[] }>('tasks.get_all_ex', request, { signal })
        for (const { models, execution } of answer.tasks) {
          contents.models += models?.output?.length ?? 0
          contents.artifacts += execution?.artifacts?.length ?? 0
        }
      }
      return contents
    },
  })
}
