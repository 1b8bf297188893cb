import { StreamLanguage, type StreamParser } from '@codemirror/language'
import { json } from '@codemirror/legacy-modes/mode/javascript'
import { properties } from '@codemirror/legacy-modes/mode/properties'
import { python } from '@codemirror/legacy-modes/mode/python'
import { r } from '@codemirror/legacy-modes/mode/r'
import { shell } from '@codemirror/legacy-modes/mode/shell'
import { toml } from '@codemirror/legacy-modes/mode/toml'
import { yaml } from '@codemirror/legacy-modes/mode/yaml'

const PARSERS: Record<string, StreamParser<unknown>> = {
  json,
  python,
  r,
  shell,
  toml,
  yaml,
  properties,
}

const EXTENSIONS: Record<string, string> = {
  py: 'python',
  pyi: 'python',
  ipynb: 'json',
  json: 'json',
  r: 'r',
  sh: 'shell',
  bash: 'shell',
  yaml: 'yaml',
  yml: 'yaml',
  toml: 'toml',
  cfg: 'properties',
  ini: 'properties',
  conf: 'properties',
}

const languages = new Map<string, StreamLanguage<unknown>>()

/** The language a file of this name is written in; undefined when it is not known. */
export function languageOfFile(name: string): StreamLanguage<unknown> | undefined {
  return languageCalled(EXTENSIONS[name.split('.').pop()?.toLowerCase() ?? ''] ?? '')
}

export function languageCalled(name: string): StreamLanguage<unknown> | undefined {
  const parser = PARSERS[name]
  if (!parser) return undefined
  const known = languages.get(name) ?? StreamLanguage.define(parser)
  languages.set(name, known)
  return known
}

/** What a text without a name most likely is: JSON, YAML or a configuration in HOCON's manner. */
export function guessLanguage(text: string): string {
  const start = text.trimStart()
  if (/^[[{]/.test(start) && isJson(text)) return 'json'
  return /^[\w"'.-]+\s*:(?:\s|$)/m.test(start) ? 'yaml' : 'properties'
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
