import type { QueryClient, QueryKey } from '@tanstack/react-query'

/** Queries whose data may be behind: those whose keys begin so, or the one with just this key. */
export interface Outdated {
  queryKey: QueryKey
  exact?: true
}

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
const TASK_LISTS = ['tasks', 'lastMetrics', 'home', 'projects', 'project', 'queues']

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
export function outdatedBy({ entity, id }: Change): Outdated[] {
  const all = (...names: string[]) => names.map((name) => ({ queryKey: [name] }))
  switch (entity) {
    case 'task':
      return [{ queryKey: ['task', id] }, { queryKey: ['report', id] }, ...all(...TASK_LISTS)]
    case 'events':
      return [
        // A report changes nothing of the task's code, configuration and outputs.
        { queryKey: ['task', id], exact: true },
        ...all('tasks', 'lastMetrics'),
        ...REPORTS.map((name) => ({ queryKey: [name, id] })),
      ]
    case 'queue':
    case 'worker':
      return all('queues', 'workers')
    case 'project':
      return all('projects', 'project', 'find')
    case 'model':
      return all('task', 'project', 'model')
    case 'user':
      return all('users', 'session')
  }
}

/** Has what is behind read again, no faster than it can be read. */
export interface Refresher {
  add: (change: Change) => void
  stop: () => void
}

export function refresher(client: QueryClient): Refresher {
  const pending = new Map<string, Outdated>()
  const listsRead = new Map<string, number>()
  let last = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  const mayRead = (name: string, outdated: Outdated, now: number) => {
    if (client.isFetching(outdated) > 0) return false
    return !isList(outdated) || now - (listsRead.get(name) ?? 0) >= LIST_PAUSE
  }
  const read = () => {
    timer = undefined
    last = Date.now()
    for (const [name, outdated] of pending) {
      if (!mayRead(name, outdated, last)) continue
      pending.delete(name)
      if (isList(outdated)) listsRead.set(name, last)
      client.invalidateQueries(outdated)
    }
    arm()
  }
  const arm = () => {
    if (pending.size > 0) timer ??= setTimeout(read, Math.max(0, last + PAUSE - Date.now()))
  }
  return {
    add: (change) => {
      for (const outdated of outdatedBy(change)) pending.set(JSON.stringify(outdated), outdated)
      arm()
    },
    stop: () => clearTimeout(timer),
  }
}

/** Lists are of no single object. */
function isList({ queryKey }: Outdated): boolean {
  return queryKey.length === 1
}
