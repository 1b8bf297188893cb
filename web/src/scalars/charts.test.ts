import { describe, expect, it } from 'vitest'
import { chartGroups, pointsOf, withSeries } from './charts'
import { colorOf } from './colors'

const byMetric = { bySeries: false, colors: new Map() }

const outline = (count: number) => ({ count, first: 0, last: count - 1 })

describe('chartGroups', () => {
  const outlines = {
    'layer/10': { w: outline(1) },
    'layer/2': { w: outline(2) },
    ':monitor:gpu': { utilisation: outline(1) },
    loss: { val: outline(100), train: outline(900) },
  }

  it('puts plain metrics first, prefixes next, machines last, in natural order', () => {
    const names = chartGroups(outlines, byMetric).map((group) => [
      group.name,
      group.charts.map((chart) => chart.metric),
    ])
    expect(names).toEqual([
      ['', ['loss']],
      ['layer', ['layer/2', 'layer/10']],
      ['Machine', [':monitor:gpu']],
    ])
  })

  it('counts what was reported', () => {
    const loss = chartGroups(outlines, byMetric)[0]?.charts[0]
    expect(loss).toMatchObject({ reported: 1000 })
    const [train, val] = chartGroups(outlines, { ...byMetric, bySeries: true })[0]?.charts ?? []
    expect(train).toMatchObject({ title: 'loss train', reported: 900 })
    expect(val).toMatchObject({ title: 'loss val', reported: 100 })
  })

  it('tells series of one colour apart by their dashes', () => {
    const names = Array.from({ length: 40 }, (_, at) => `series ${at}`)
    const variants = Object.fromEntries(names.map((name) => [name, outline(1)]))
    const lines = chartGroups({ many: variants }, byMetric)[0]?.charts[0]?.lines ?? []
    const looks = new Set(lines.map((line) => `${line.color} ${line.dash}`))
    expect(looks.size).toBeGreaterThan(30)
    expect(lines.every((line) => line.color === colorOf(line.variant))).toBe(true)
  })

  it('draws series in the colours that were chosen', () => {
    const colors = new Map([['val', colorOf('train')]])
    const chart = chartGroups(outlines, { bySeries: false, colors })[0]?.charts[0]
    const [train, val] = chart?.lines ?? []
    expect(val?.color).toBe(train?.color)
    expect(val?.dash).not.toEqual(train?.dash)
  })
})

describe('withSeries', () => {
  it('leaves a line without points empty', () => {
    const lines = chartGroups({ loss: { train: outline(9), val: outline(9) } }, byMetric)
      .flatMap(({ charts }) => charts)
      .flatMap((chart) => chart.lines)
    const read = withSeries(lines, { val: { name: 'val', x: [1, 2], y: [3, 4] } })
    expect(read.map(({ variant, series }) => [variant, series.x])).toEqual([
      ['train', []],
      ['val', [1, 2]],
    ])
    expect(pointsOf(read)).toBe(2)
  })
})
