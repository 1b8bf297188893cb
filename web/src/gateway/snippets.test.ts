import { expect, test } from 'vitest'
import { exampleOf, snippetsOf } from './snippets'

test('examples come from the schema', () => {
  const schema = {
    type: 'object',
    properties: {
      city: { type: 'string', default: 'Firenze' },
      n: { type: 'integer', examples: [3] },
      on: { type: 'boolean' },
      other: {},
    },
  }
  expect(exampleOf(schema)).toEqual({ city: 'Firenze', n: 3, on: false, other: null })
  expect(exampleOf(null)).toEqual({})
})

test('snippets carry the parameters, whatever is in them', () => {
  const snippets = snippetsOf('https://lab/arno/', 'city/heat', `{"who": "it's"}`)
  const text = Object.fromEntries(snippets.map(({ name, text: snippet }) => [name, snippet]))
  expect(text.curl).toContain(`'https://lab/arno/clearml/serve/api/city/heat'`)
  expect(text.curl).toContain(String.raw`'{"who":"it'\''s"}'`)
  expect(text.JavaScript).toContain(`JSON.stringify({"who":"it's"})`)
  const flow = JSON.parse(text['Node-RED'] ?? '')
  expect(flow.map(({ type }: { type: string }) => type)).toEqual([
    'inject',
    'change',
    'http request',
    'debug',
  ])
})
