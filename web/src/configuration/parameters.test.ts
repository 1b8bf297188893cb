import { describe, expect, it } from 'vitest'
import { type Draft, matches, problemsOf, toDrafts, toParameters } from './parameters'

const draft = (key: number, name: string, value = '', type = ''): Draft => ({
  key,
  name,
  value,
  type,
  description: '',
})

describe('problemsOf', () => {
  it('finds missing and repeated names', () => {
    const drafts = [draft(0, 'lr'), draft(1, ' '), draft(2, 'lr '), draft(3, 'epochs')]
    expect([...problemsOf(drafts).keys()]).toEqual([0, 1, 2])
  })

  it.each([
    ['int', '40', true],
    ['int', '4.5', false],
    ['int', '', true],
    ['float', '3e-4', true],
    ['float', '.5', true],
    ['float', 'fast', false],
    ['bool', 'True', true],
    ['bool', 'yes', false],
    ['list/int', 'anything', true],
    ['', 'anything', true],
  ])('a value of %s that is %j: %s', (type, value, fits) => {
    expect(problemsOf([draft(0, 'p', value, type)]).size === 0).toBe(fits)
  })
})

it('drafts become what they came from', () => {
  const parameters = [
    { section: 'Args', name: 'lr', value: '0.1', type: 'float', description: 'd' },
  ]
  expect(toParameters('Args', toDrafts(parameters))).toEqual(parameters)
})

it('is found by name, value or description, whatever the case', () => {
  const parameter = { section: 'Args', name: 'lr', value: 'AdamW', description: 'rate' }
  expect(['LR', 'adam', 'Rate', 'x'].map((sought) => matches(parameter, sought))).toEqual([
    true,
    true,
    true,
    false,
  ])
})
