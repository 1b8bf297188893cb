import { describe, expect, it } from 'vitest'
import { en } from './en'
import { words as it_ } from './it'
import { pluralsOf } from './plural'
import { words as ru } from './ru'

type Leaf = string | ((...args: never[]) => unknown)

/** Every word of a catalogue by its path. */
function leaves(tree: object, path = ''): Map<string, Leaf> {
  const found = new Map<string, Leaf>()
  for (const [key, value] of Object.entries(tree)) {
    const at = path === '' ? key : `${path}.${key}`
    if (typeof value === 'object') {
      for (const [below, leaf] of leaves(value, at)) found.set(below, leaf)
    } else found.set(at, value)
  }
  return found
}

/** Numbers of every form the languages have, as text, which words of names take too. */
const COUNTS = ['0', '1', '2', '5', '11', '21', '101']

/** What a word says with these arguments put in; consequences are joined. */
function said(leaf: Leaf, args: string[]): string {
  const value = typeof leaf === 'string' ? leaf : leaf(...(args as never[]))
  return Array.isArray(value) ? value.join(' ') : String(value)
}

/** Arguments that are found again in what is said, with or without separated thousands. */
const MARKS = ['5171', '9173', '6177', '7179']

/** Which of its arguments a word says. */
function placeholders(leaf: Leaf): number[] {
  const plain = said(leaf, MARKS).replace(/(?<=\d)[.,\u00a0](?=\d)/g, '')
  return MARKS.flatMap((mark, at) => (plain.includes(mark) ? [at] : []))
}

const english = leaves(en)

describe.each([
  ['it', it_],
  ['ru', ru],
])('the catalogue %s', (language, catalogue) => {
  const other = leaves(catalogue)

  it('has the words of the English one, none less and none more', () => {
    expect([...other.keys()].sort()).toEqual([...english.keys()].sort())
    for (const [path, leaf] of english) expect(typeof other.get(path), path).toBe(typeof leaf)
  })

  it('says whatever the English words say of their arguments', () => {
    for (const [path, leaf] of english) {
      expect(placeholders(other.get(path) as Leaf), path).toEqual(placeholders(leaf))
    }
  })

  it('leaves nothing empty and nothing unfilled', () => {
    for (const [path, leaf] of other) {
      for (const count of COUNTS) {
        const text = said(leaf, [count, count, count, count])
        expect(text.trim(), path).not.toBe('')
        expect(text, path).not.toMatch(/undefined|NaN|# /)
      }
    }
  })

  it('has words of its own wherever Latin letters are no names', () => {
    if (language !== 'ru') return
    const names =
      /^(home\.(startAgent|install|script)|format\.|workers\.startAgent|frame\.paletteKey)/
    for (const [path, leaf] of other) {
      if (names.test(path)) continue
      const text = said(leaf, ['', '', '', ''])
      const isTerm = /^([A-Z][\w -]*|clearml\.conf|GPU, %)$/.test(text)
      const isRussian = /[а-яё]/i.test(text) || !/[a-z]/i.test(text)
      expect(isTerm || isRussian, `${path}: ${text}`).toBe(true)
    }
  })
})

it('plurals follow the rules of the language', () => {
  const russian = (count: number) => ru.projects.numberOfTasks(count)
  expect([1, 2, 5, 11, 21, 22, 112].map(russian).map((text) => text.replace(/^\S+ /, ''))).toEqual([
    'задача',
    'задачи',
    'задач',
    'задач',
    'задача',
    'задачи',
    'задач',
  ])
  expect([1, 2].map((count) => it_.overview.changedParameters(count))).toEqual([
    '1 parametro diverso',
    '2 parametri diversi',
  ])
  expect(pluralsOf('en')(1, { one: '# row', other: '# rows' })).toBe('1 row')
})
