import { expect, test } from 'vitest'
import { confFile, environment, notebook } from './setupText'

const URLS = { api: 'http://a:8008', web: 'http://a:8080', files: 'http://a:8081' }
const KEYS = { access_key: 'KEY', secret_key: 'se"cret' }

test('a configuration file names all three addresses and both keys, quoted', () => {
  const text = confFile(URLS, KEYS)
  for (const line of [
    'api_server: "http://a:8008"',
    'web_server: "http://a:8080"',
    'files_server: "http://a:8081"',
    '"access_key" = "KEY"',
    '"secret_key" = "se\\"cret"',
  ]) {
    expect(text).toContain(line)
  }
})

test('notebook and shell set the same variables', () => {
  const cell = notebook(URLS, { ...KEYS, secret_key: 's' })
  const shell = environment(URLS, { ...KEYS, secret_key: 's' })
  expect(cell).toContain('%env CLEARML_API_SECRET_KEY=s\n')
  expect(shell).toContain('export CLEARML_API_HOST="http://a:8008"\n')
  const names = (text: string) => text.match(/CLEARML_\w+/g)
  expect(names(cell)).toEqual(names(shell))
})
