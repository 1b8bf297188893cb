import { describe, expect, it } from 'vitest'
import type { SampleEvent } from '../api/events'
import { gridRows, mergePages, neighbour } from './rows'

const sample = (variant: string, iter: number): SampleEvent => ({
  metric: 'm',
  variant,
  iter,
  timestamp: 0,
  url: '',
})
const at = (iter: number, ...variants: string[]) => ({
  iter,
  events: variants.map((variant) => sample(variant, iter)),
})

it('the grid has a heading before each iteration and breaks its tiles into rows', () => {
  const rows = gridRows([at(9, 'a', 'b', 'c'), at(3, 'a')], 2)
  const told = rows.map((row) => (row.kind === 'tiles' ? row.samples.length : `at ${row.iter}`))
  expect(told).toEqual(['at 9', 2, 1, 'at 3', 1])
  expect(new Set(rows.map((row) => row.key)).size).toBe(rows.length)
})

it('pages that overlap are shown once, newest first', () => {
  const merged = mergePages([
    [at(9, 'a'), at(7, 'a')],
    [at(7, 'a', 'b'), at(1, 'a')],
  ])
  expect(merged.map(({ iter, events }) => [iter, events.length])).toEqual([
    [9, 1],
    [7, 2],
    [1, 1],
  ])
})

describe('neighbour', () => {
  const all = [at(9, 'a', 'b'), at(7, 'a'), at(3, 'a', 'b')].flatMap(({ events }) => events)
  it.each([
    [['a', 9], 'next', ['b', 9]],
    [['b', 9], 'next', ['a', 7]],
    [['a', 7], 'previous', ['b', 9]],
    [['b', 9], 'earlier', ['b', 3]],
    [['a', 3], 'later', ['a', 7]],
    [['a', 9], 'later', undefined],
    [['b', 3], 'next', undefined],
    [['gone', 3], 'next', undefined],
  ] as const)('from %j %s leads to %j', ([variant, iter], step, expected) => {
    const found = neighbour(all, sample(variant, iter), step)
    expect(found && [found.variant, found.iter]).toEqual(expected)
  })
})
