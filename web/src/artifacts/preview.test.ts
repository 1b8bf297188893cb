import { expect, it } from 'vitest'
import type { Artifact } from '../api/outputs'
import { laidOut, previewKind, separatorOf } from './preview'

const artifact = (uri: string, preview?: string): Artifact => ({
  key: 'a',
  mode: 'output',
  uri,
  ...(preview !== undefined && { type_data: { preview } }),
})

it.each([
  ['http://files/a/table.csv', 'table'],
  ['http://files/a/photo.PNG?x=1', 'image'],
  ['http://files/a/notebook.html', 'html'],
  ['http://files/a/x.json', 'text'],
  ['http://files/a/array.npz', 'given'],
  ['s3://bucket/table.csv', 'given'],
])('%s is looked at as %s', (uri, kind) => {
  expect(previewKind(artifact(uri, 'preview'))).toBe(kind)
})

it('without a preview there is nothing to look at', () => {
  expect(previewKind(artifact('http://files/a/array.npz'))).toBe('none')
})

it('JSON is set out, what only claims to be JSON is left alone', () => {
  expect(laidOut('{"a":1}', 'x.json')).toBe('{\n  "a": 1\n}')
  expect(laidOut('{"a":', 'x.json')).toBe('{"a":')
  expect(laidOut('{"a":1}', 'x.txt')).toBe('{"a":1}')
  expect([separatorOf('a.tsv'), separatorOf('a.csv')]).toEqual(['\t', ','])
})
