import { describe, expect, it } from 'vitest'
import { hiddenIn, readScalarsSearch, toggleHidden, writeHidden } from './search'

describe('readScalarsSearch', () => {
  it('keeps what it knows', () => {
    const raw = {
      x: 'time',
      smooth: 'gaussian:2.5',
      raw: '0',
      log: '1',
      outliers: '0',
      charts: 'series',
      view: 'values',
      metric: 'loss',
      hide: 'a',
      off: 'b',
      full: 'loss',
      zoom: '10:20.5',
    }
    expect(readScalarsSearch(raw)).toEqual(raw)
  })

  it('drops what it does not know and what is the default', () => {
    const raw = { x: 'iteration', smooth: '0', log: 'yes', metric: '', hide: ',', zoom: '5:5' }
    expect(readScalarsSearch(raw)).toEqual({})
    expect(readScalarsSearch({ x: 'epoch', smooth: 'x', zoom: '1:2:3', raw: '1' })).toEqual({})
    expect(
      readScalarsSearch({ zoom: ':', outliers: '1', charts: 'metric', view: 'charts' }),
    ).toEqual({})
  })
})

it('hidden names survive the address whatever they contain', () => {
  const names = new Set(['a,b', '50 %', 'x/y', 'ünï', '%2C'])
  expect(hiddenIn(writeHidden(names))).toEqual(names)
  expect(hiddenIn('100%')).toEqual(new Set(['100%']))
  expect(toggleHidden(toggleHidden('a', 'b,c'), 'a')).toBe('b%2Cc')
  expect(toggleHidden('a', 'a')).toBeUndefined()
})
