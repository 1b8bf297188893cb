import { queryOptions } from '@tanstack/react-query'
import { call } from './client'

/** What code a task ran. */
export interface Script {
  binary?: string
  repository?: string
  branch?: string
  tag?: string
  version_num?: string
  entry_point?: string
  working_dir?: string
  /** By the way they were found out: `pip`, `conda`, `poetry`, the agent's `org_pip` … */
  requirements?: Record<string, string | null | undefined>
  /** Uncommitted changes; without a repository the script itself. */
  diff?: string
}

/** What a task runs in. */
export interface Container {
  image?: string | null
  arguments?: string | null
  setup_shell_script?: string | null
}

export interface TaskCode {
  script: Script
  container: Container
  destination: string
}

/** A task's code and environment. */
export function taskCodeQuery(task: string) {
  return queryOptions({
    queryKey: ['task', task, 'code'],
    queryFn: async ({ signal }): Promise<TaskCode> => {
      const request = { id: [task], only_fields: ['script', 'container', 'output.destination'] }
      const answer = await call<{
        tasks: { script?: Script; container?: Container; output?: { destination?: string } }[]
      }>('tasks.get_by_id_ex', request, { signal })
      const found = answer.tasks[0]
      return {
        script: found?.script ?? {},
        container: found?.container ?? {},
        destination: found?.output?.destination ?? '',
      }
    },
  })
}

/** Replaces the packages a draft is run with. */
export async function saveRequirements(
  task: string,
  requirements: Script['requirements'],
): Promise<void> {
  await call('tasks.set_requirements', { task, requirements })
}
