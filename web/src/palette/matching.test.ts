import { expect, test } from 'vitest'
import { type Command, matching } from './matching'

const command = (text: string): Command => ({ id: text, text, run: () => undefined })

test('every typed word must be in a command, in any case and order', () => {
  const commands = ['New project', 'New queue', 'Projects'].map(command)
  const texts = (typed: string) => matching(commands, typed).map(({ text }) => text)
  expect(texts('')).toEqual(['New project', 'New queue', 'Projects'])
  expect(texts('NEW')).toEqual(['New project', 'New queue'])
  expect(texts('proj new')).toEqual(['New project'])
  expect(texts('new nothing')).toEqual([])
})
