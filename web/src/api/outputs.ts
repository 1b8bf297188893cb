import { queryOptions } from '@tanstack/react-query'
import { call } from './client'

/** A file or object a task kept. */
export interface Artifact {
  key: string
  type?: string
  mode: 'input' | 'output'
  uri?: string
  hash?: string
  /** Bytes. */
  content_size?: number
  /** Seconds since 1970, UTC. */
  timestamp?: number
  type_data?: { preview?: string; content_type?: string; data_hash?: string }
  display_data?: [string, string][]
}

export interface ModelRow {
  id: string
  name: string
  uri?: string
  framework?: string
  /** Published. */
  ready?: boolean
  task?: { id: string; name?: string }
  project?: { id: string; name?: string }
  tags?: string[]
  comment?: string
  last_update?: string
  labels?: Record<string, number>
  /** The network's design: a text, or an object that may hold one under `design`. */
  design?: string | Record<string, unknown>
}

/** A model in the role it has for a task. */
export interface UsedModel extends ModelRow {
  role: 'input' | 'output'
  /** The name the task uses it under. */
  as: string
}

export interface TaskOutputs {
  artifacts: Artifact[]
  models: UsedModel[]
}

interface ModelReference {
  name: string
  model?: { id?: string } | string | null
}

interface OutputsRow {
  execution?: { artifacts?: Artifact[] }
  models?: { input?: ModelReference[]; output?: ModelReference[] }
}

/** A task's artifacts, and the models it reads and writes. */
export function outputsQuery(task: string) {
  return queryOptions({
    queryKey: ['task', task, 'outputs'],
    queryFn: async ({ signal }): Promise<TaskOutputs> => {
      const request = { id: [task], only_fields: ['execution.artifacts', 'models'] }
      const answer = await call<{ tasks: OutputsRow[] }>('tasks.get_by_id_ex', request, { signal })
      const row = answer.tasks[0]
      const references = (['input', 'output'] as const).flatMap((role) =>
        (row?.models?.[role] ?? []).map((reference) => ({ role, reference })),
      )
      const models = await readModels(
        references.map(({ reference }) => idOf(reference)),
        signal,
      )
      return {
        artifacts: row?.execution?.artifacts ?? [],
        models: references.map(({ role, reference }) => {
          const id = idOf(reference)
          const known = models.get(id) ?? { id, name: reference.name }
          return { ...known, role, as: reference.name }
        }),
      }
    },
  })
}

function idOf({ model }: ModelReference): string {
  return (typeof model === 'string' ? model : model?.id) ?? ''
}

/** One model, with what only its own page shows; null when there is none or it may not be seen. */
export function modelQuery(id: string) {
  return queryOptions({
    queryKey: ['model', id],
    queryFn: async ({ signal }) => {
      const only_fields = [...MODEL_FIELDS, ...MODEL_PAGE_FIELDS]
      const request = { id: [id], only_fields }
      const answer = await call<{ models: ModelRow[] }>('models.get_by_id_ex', request, { signal })
      return answer.models[0] ?? null
    },
  })
}

const MODEL_PAGE_FIELDS = ['project.name', 'tags', 'comment', 'last_update', 'labels', 'design']
const MODEL_FIELDS = ['name', 'uri', 'framework', 'ready', 'task.name']

async function readModels(ids: string[], signal: AbortSignal): Promise<Map<string, ModelRow>> {
  const id = [...new Set(ids)].filter((each) => each !== '')
  if (id.length === 0) return new Map()
  const request = { id, only_fields: MODEL_FIELDS, page: 0, page_size: 500 }
  const answer = await call<{ models: ModelRow[] }>('models.get_all_ex', request, { signal })
  return new Map(answer.models.map((model) => [model.id, model]))
}

/** Takes an artifact off a task, and has its file deleted. */
export async function deleteArtifact(task: string, artifact: Artifact): Promise<void> {
  const { key, mode } = artifact
  await call('tasks.delete_artifacts', { task, artifacts: [{ key, mode }] })
}
