import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Change, outdatedBy, refresher } from './changes'

const report: Change = { entity: 'events', id: 'a', project: 'p', what: 'reported' }

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** A client that counts how often each of the queries shown is read, and reads as slowly as told. */
function watched(keys: string[][], { slow = 0 } = {}) {
  const client = new QueryClient()
  const reads: Record<string, number> = {}
  for (const queryKey of keys) {
    const name = queryKey.join(' ')
    reads[name] = 0
    const queryFn = async () => {
      reads[name] = (reads[name] ?? 0) + 1
      await new Promise((done) => setTimeout(done, slow))
      return reads[name]
    }
    const options = { queryKey, queryFn, initialData: 0, staleTime: Number.POSITIVE_INFINITY }
    new QueryObserver(client, options).subscribe(() => undefined)
  }
  return { client, reads }
}

describe('refresher', () => {
  it('reads what changed at once, then at most four times a second', async () => {
    const { client, reads } = watched([['scalars', 'a']])
    const live = refresher(client)
    live.add(report)
    await vi.advanceTimersByTimeAsync(0)
    expect(reads['scalars a']).toBe(1)
    for (let at = 0; at < 100; at += 1) {
      live.add(report)
      await vi.advanceTimersByTimeAsync(10)
    }
    expect(reads['scalars a']).toBe(5)
    await vi.advanceTimersByTimeAsync(5_000)
    expect(reads['scalars a']).toBe(5)
  })

  it('reads lists at most once a second, and other tasks not at all', async () => {
    const { client, reads } = watched([['tasks'], ['scalars', 'b']])
    const live = refresher(client)
    for (let at = 0; at < 25; at += 1) {
      live.add(report)
      await vi.advanceTimersByTimeAsync(100)
    }
    expect(reads.tasks).toBe(3)
    expect(reads['scalars b']).toBe(0)
  })

  it('reads nothing of a task but what a report changes', async () => {
    const { client, reads } = watched([
      ['task', 'a'],
      ['task', 'a', 'code'],
    ])
    const live = refresher(client)
    live.add(report)
    await vi.advanceTimersByTimeAsync(0)
    expect([reads['task a'], reads['task a code']]).toEqual([1, 0])
    live.add({ ...report, entity: 'task', what: 'changed' })
    await vi.advanceTimersByTimeAsync(1_000)
    expect([reads['task a'], reads['task a code']]).toEqual([2, 1])
  })

  it('waits for a read that is under way, and then reads once more', async () => {
    const { client, reads } = watched([['scalars', 'a']], { slow: 1_000 })
    const live = refresher(client)
    live.add(report)
    await vi.advanceTimersByTimeAsync(500)
    live.add(report)
    live.add(report)
    await vi.advanceTimersByTimeAsync(400)
    expect(reads['scalars a']).toBe(1)
    await vi.advanceTimersByTimeAsync(2_000)
    expect(reads['scalars a']).toBe(2)
  })

  it('reads nothing more once it is stopped', async () => {
    const { client, reads } = watched([['tasks']])
    const live = refresher(client)
    live.add(report)
    live.stop()
    await vi.advanceTimersByTimeAsync(5_000)
    expect(reads.tasks).toBe(0)
  })
})

it('a report makes the task and all its tabs of reports outdated', () => {
  const names = outdatedBy(report).map(({ queryKey }) => queryKey.join(' '))
  expect(names).toEqual(expect.arrayContaining(['task a', 'scalars a', 'log a', 'samples a']))
})
