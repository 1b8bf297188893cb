import type { QueryClient, QueryKey } from '@tanstack/react-query'

/** One message of the server's stream: something was committed. */
export interface Change {
  entity: 'task' | 'queue' | 'project' | 'model' | 'worker' | 'user' | 'events'
  /** Of `events`, the id of the task that reported. */
  id: string
  project: string | null
  what: 'created' | 'changed' | 'deleted' | 'reported'
}

/** Shortest pause between two looks at what changed, and between two at one list (milliseconds). */
const PAUSE = 250
const LIST_PAUSE = 1_000

/** What lists tasks, or counts them. */
const TASK_LISTS: QueryKey[] = [['tasks'], ['lastMetrics'], ['home'], ['projects'], ['project']]

/** What a task's tabs show of its reports; the task's id follows each. */
const REPORTS = [
  'scalars',
  'singleValues',
  'plots',
  'plotSample',
  'samples',
  'sampleMetrics',
  'log',
]

/** What was read from the server and may be behind after a change. */
export function outdatedBy({ entity, id }: Change): QueryKey[] {
  switch (entity) {
    case 'task':
      return [['task', id], ['queues'], ...TASK_LISTS]
    case 'events':
      return [['task', id], ['tasks'], ['lastMetrics'], ...REPORTS.map((name) => [name, id])]
    case 'queue':
      return [['queues'], ['workers']]
    case 'worker':
      return [['workers'], ['queues']]
    case 'project':
      return [['projects'], ['project'], ['find']]
    case 'model':
      return [['task'], ['project']]
    case 'user':
      return [['users'], ['session']]
  }
}

/** Has what is behind read again, no faster than it can be read. */
export interface Refresher {
  add: (change: Change) => void
  stop: () => void
}

export function refresher(client: QueryClient): Refresher {
  const pending = new Map<string, QueryKey>()
  const listsRead = new Map<string, number>()
  let last = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  const mayRead = (name: string, key: QueryKey, now: number) => {
    if (client.isFetching({ queryKey: key }) > 0) return false
    return key.length > 1 || now - (listsRead.get(name) ?? 0) >= LIST_PAUSE
  }
  const read = () => {
    timer = undefined
    last = Date.now()
    for (const [name, key] of pending) {
      if (!mayRead(name, key, last)) continue
      pending.delete(name)
      if (key.length === 1) listsRead.set(name, last)
      client.invalidateQueries({ queryKey: key })
    }
    arm()
  }
  const arm = () => {
    if (pending.size > 0) timer ??= setTimeout(read, Math.max(0, last + PAUSE - Date.now()))
  }
  return {
    add: (change) => {
      for (const key of outdatedBy(change)) pending.set(JSON.stringify(key), key)
      arm()
    },
    stop: () => clearTimeout(timer),
  }
}
