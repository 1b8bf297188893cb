import { describe, expect, it } from 'vitest'
import {
  cellValue,
  fieldOf,
  metricColumnId,
  neededFields,
  parameterColumnId,
  readColumn,
} from './columnIds'

const HASH = '0123456789abcdef0123456789abcdef'
const metric = { metric: 'a:b, c.d', metric_hash: HASH, variant: '50 %', variant_hash: HASH }

describe('a column of a metric', () => {
  const column = readColumn(metricColumnId(metric, 'min_value'))
  it('survives the address whatever the names are', () => {
    expect(column).toMatchObject({
      kind: 'metric',
      value: 'min_value',
      metric: 'a:b, c.d',
      variant: '50 %',
    })
    expect(column?.id).not.toContain(',')
  })
  it('knows the fields of the wire, and its value', () => {
    if (!column) throw new Error('unread')
    expect(fieldOf(column)).toBe(`last_metrics.${HASH}.${HASH}.min_value`)
    expect(neededFields(column)).toEqual([`last_metrics.${HASH}.${HASH}`])
    const item = { metric: 'm', variant: 'v', value: 2, min_value: 1 }
    const task = {
      id: 't',
      name: 'n',
      status: 'created' as const,
      last_metrics: { [HASH]: { [HASH]: item } },
    }
    expect(cellValue(column, task)).toBe(1)
  })
})

describe('a column of a parameter', () => {
  it.each([
    ['Args', 'lr', 'hyperparams.Args.lr.value'],
    ['General', 'model.lr', 'hyperparams.General.model%2Elr.value'],
    ['_x', 'a__b$%', 'hyperparams.%_x.a%_%_b%24%%.value'],
  ])('%s / %s is the field %s', (section, name, field) => {
    const column = readColumn(parameterColumnId(section, name))
    expect(column).toMatchObject({ kind: 'parameter', section, parameter: name })
    expect(column && fieldOf(column)).toBe(field)
  })
})

it.each(['colour', 'm:x.y.value:a:b', `m:${HASH}.${HASH}.mean:a:b`, 'p:Args', 'p::', ''])(
  '%j is no column',
  (id) => {
    expect(readColumn(id)).toBeUndefined()
  },
)
