import { expect, it } from 'vitest'
import { differences } from './differences'

const section = (values: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, { section: 'Args', name, value }]),
  )

it('finds what was changed, added and taken away', () => {
  const here = { Args: section({ lr: '0.1', epochs: '10', extra: 'x' }) }
  const there = { Args: section({ lr: '0.2', epochs: '10' }), General: section({ gone: '1' }) }
  expect(differences(here, there)).toEqual([
    { section: 'Args', name: 'extra', here: 'x', there: undefined },
    { section: 'Args', name: 'lr', here: '0.1', there: '0.2' },
    { section: 'General', name: 'gone', here: undefined, there: '1' },
  ])
})
