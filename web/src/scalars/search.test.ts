import { describe, expect, it } from 'vitest'
import { hiddenIn, readScalarsSearch, writeHidden } from './search'

describe('readScalarsSearch', () => {
  it('keeps what it knows', () => {
    const raw = { x: 'time', smooth: '0.6', log: '1', metric: 'loss', hide: 'a', zoom: '10:20.5' }
    expect(readScalarsSearch(raw)).toEqual(raw)
  })

  it('drops what it does not know and what is the default', () => {
    const raw = { x: 'iteration', smooth: '0', log: 'yes', metric: '', hide: ',', zoom: '5:5' }
    expect(readScalarsSearch(raw)).toEqual({})
    expect(readScalarsSearch({ x: 'epoch', smooth: 'x', zoom: '1:2:3' })).toEqual({})
    expect(readScalarsSearch({ zoom: ':' })).toEqual({})
  })

  it('limits smoothing', () => {
    expect(readScalarsSearch({ smooth: '7' }).smooth).toBe('0.99')
  })
})

it('hidden names survive the address whatever they contain', () => {
  const names = new Set(['a,b', '50 %', 'x/y', 'ünï', '%2C'])
  expect(hiddenIn(writeHidden(names))).toEqual(names)
  expect(hiddenIn('100%')).toEqual(new Set(['100%']))
})
