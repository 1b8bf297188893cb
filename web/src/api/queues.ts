import { keepPreviousData, type QueryClient, queryOptions } from '@tanstack/react-query'
import { call } from './client'
import { polling } from './live'
import { CALM_INTERVAL, type Named } from './tasks'
import { datesOf, type Lookback, type TimeSeries } from './workers'

export interface QueueEntry {
  task: Named
  /** When the task was queued. */
  added: string
}

export interface QueueWorker {
  name: string
  ip?: string
  /** The id of the task it runs. */
  task?: string | null
}

export interface Queue {
  id: string
  name: string
  display_name?: string
  last_update?: string
  created?: string
  entries: QueueEntry[]
  /** Who listens to it now. */
  workers: QueueWorker[]
}

/** All queues with what waits in them, the next task first. */
export const queuesQuery = queryOptions({
  queryKey: ['queues'],
  queryFn: async ({ signal }) => {
    const request = { page: 0, page_size: 500, order_by: ['name'] }
    const answer = await call<{ queues: Queue[] }>('queues.get_all_ex', request, { signal })
    return answer.queues
  },
  refetchInterval: polling(CALM_INTERVAL / 2),
})

/** What people call a queue. */
export function queueLabel(queue: Pick<Queue, 'name' | 'display_name'>): string {
  return queue.display_name || queue.name
}

export async function createQueue(name: string): Promise<void> {
  await call('queues.create', { name })
}

export async function renameQueue(queue: string, name: string): Promise<void> {
  await call('queues.update', { queue, name })
}

/** Deletes a queue; tasks that wait in it go back to what they were. */
export async function deleteQueue(queue: string): Promise<void> {
  await call('queues.delete', { queue, force: true })
}

/** Takes every task out of a queue; returns how many they were. */
export async function clearQueue(queue: string): Promise<number> {
  const answer = await call<{ removed_tasks: string[] }>('queues.clear_queue', { queue })
  return answer.removed_tasks.length
}

/** Takes a task out of its queue; it is then what it was before it was queued. */
export async function dequeueTask(task: string): Promise<void> {
  await call('tasks.dequeue', { task })
}

/** Puts a task at the end of a queue and takes it out of any other. */
export async function moveToQueue(task: string, queue: string): Promise<void> {
  await call('tasks.enqueue', { task, queue })
}

/** Moves a task in its queue by a number of places; backwards when positive. */
export async function moveInQueue(queue: string, task: string, places: number): Promise<void> {
  if (places === 0) return
  const direction = places > 0 ? 'backward' : 'forward'
  await call(`queues.move_task_${direction}`, { queue, task, count: Math.abs(places) })
}

export async function refreshQueues(client: QueryClient): Promise<void> {
  await client.invalidateQueries({ queryKey: ['queues'] })
}

/** True when tasks wait in a queue that nobody listens to. */
export function waitsAlone(queue: Queue): boolean {
  return queue.entries.length > 0 && queue.workers.length === 0
}

/** A queue's history: how long its tasks waited (seconds), and how many they were. */
export interface QueueHistory {
  waits: TimeSeries
  lengths: TimeSeries
}

export function queueHistoryQuery(queue: string, lookback: Lookback) {
  return queryOptions({
    queryKey: ['queues', 'history', queue, lookback],
    queryFn: async ({ signal }): Promise<QueueHistory> => {
      type History = { dates: number[]; avg_waiting_times: number[]; queue_lengths: number[] }
      const answer = await call<{ queues: History[] }>(
        'queues.get_queue_metrics',
        { queue_ids: [queue], ...datesOf(lookback), refresh: true },
        { signal },
      )
      const history = answer.queues[0]
      const dates = history?.dates ?? []
      return {
        waits: { dates, values: history?.avg_waiting_times ?? [] },
        lengths: { dates, values: history?.queue_lengths ?? [] },
      }
    },
    placeholderData: keepPreviousData,
    refetchInterval: lookback.interval * 1_000,
  })
}
