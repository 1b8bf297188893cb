import { queryOptions } from '@tanstack/react-query'
import { call } from './client'
import type { Parameter } from './tasks'

/** A configuration object: a file's text or a dictionary, under a name. */
export interface ConfigurationObject {
  name: string
  value: string
  type?: string
  description?: string
}

/** A task's configuration objects by name. */
export function configurationsQuery(task: string) {
  return queryOptions({
    queryKey: ['task', task, 'configurations'],
    queryFn: async ({ signal }) => {
      const answer = await call<{ configurations: { configuration: ConfigurationObject[] }[] }>(
        'tasks.get_configurations',
        { tasks: [task] },
        { signal },
      )
      return answer.configurations[0]?.configuration ?? []
    },
  })
}

/** Replaces a section of parameters; an empty one is deleted. */
export async function saveSection(
  task: string,
  section: string,
  parameters: Parameter[],
): Promise<void> {
  if (parameters.length === 0) {
    await call('tasks.delete_hyper_params', { task, hyperparams: [{ section }] })
    return
  }
  await call('tasks.edit_hyper_params', {
    task,
    hyperparams: parameters,
    replace_hyperparams: 'section',
  })
}

export async function saveConfiguration(
  task: string,
  configuration: ConfigurationObject,
): Promise<void> {
  await call('tasks.edit_configuration', { task, configuration: [configuration] })
}

export async function deleteConfiguration(task: string, name: string): Promise<void> {
  await call('tasks.delete_configuration', { task, configuration: [name] })
}
