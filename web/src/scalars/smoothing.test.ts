import { describe, expect, it } from 'vitest'
import { readSmoothing, SMOOTHINGS, type Smoothing, smoothed, writeSmoothing } from './smoothing'

describe('smoothed', () => {
  const each = SMOOTHINGS.map((kind): Smoothing => {
    return { kind, amount: { exponential: 0.5, gaussian: 1.5, average: 5 }[kind] }
  })

  it.each(each)(
    '$kind leaves what is level, keeps gaps and stays within the values',
    (smoothing) => {
      expect(smoothed([2, 2, 2, 2], smoothing)).toEqual([2, 2, 2, 2])
      const line = smoothed([0, 0, null, 1, 1], smoothing)
      expect(line[2]).toBeNull()
      const values = line.filter((value) => value !== null)
      expect(values).toHaveLength(4)
      expect(Math.min(...values)).toBeGreaterThanOrEqual(0)
      expect(Math.max(...values)).toBeLessThanOrEqual(1)
      expect(values.at(-1)).toBeGreaterThan(0.5)
    },
  )

  it('the exponential one starts at the first value and follows', () => {
    const line = smoothed([1, 2, 2], { kind: 'exponential', amount: 0.5 })
    expect(line[0]).toBe(1)
    expect(line[1]).toBeCloseTo(5 / 3)
    expect(line[2]).toBeGreaterThan(line[1] ?? 2)
  })

  it('the running average is that of the neighbours on both sides', () => {
    expect(smoothed([0, 3, 6, 0], { kind: 'average', amount: 3 })).toEqual([1.5, 3, 3, 3])
  })

  it('the Gaussian one is symmetric and highest at a peak', () => {
    const line = smoothed([0, 0, 1, 0, 0], { kind: 'gaussian', amount: 1 })
    expect(line[1]).toBeCloseTo(line[3] ?? 0)
    expect(line[2]).toBeGreaterThan(line[1] ?? 1)
  })
})

it.each([
  ['exponential:0.6', 'exponential:0.6'],
  ['exponential:7', 'exponential:0.99'],
  ['gaussian:0', 'gaussian:0.5'],
  ['average:8', 'average:9'],
  ['average', undefined],
  ['average:x', undefined],
  ['median:3', undefined],
  [undefined, undefined],
])('an address’s %s means %s', (text, meant) => {
  expect(writeSmoothing(readSmoothing(text))).toBe(meant)
})
