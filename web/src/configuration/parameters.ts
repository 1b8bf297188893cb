import type { Parameter } from '../api/tasks'
import { groupBy } from '../format/group'
import { byName } from '../format/order'
import { words } from '../words'

/** The section of user properties, which are edited in every status. */
export const PROPERTIES = 'properties'

/** A row of the table while it is edited. */
export interface Draft {
  /** Stays the same while names are typed. */
  key: number
  name: string
  value: string
  type: string
  description: string
}

export function sortedParameters(section: Record<string, Parameter> | undefined): Parameter[] {
  return Object.values(section ?? {}).sort((a, b) => byName(a.name, b.name))
}

/** True when a parameter's name, value or description contains the words. */
export function matches({ name, value, description }: Parameter, sought: string): boolean {
  const text = `${name}\n${value}\n${description ?? ''}`
  return text.toLowerCase().includes(sought.toLowerCase())
}

export function toDrafts(parameters: Parameter[]): Draft[] {
  return parameters.map((parameter, key) => ({
    key,
    name: parameter.name,
    value: parameter.value,
    type: parameter.type ?? '',
    description: parameter.description ?? '',
  }))
}

/** What is wrong with the drafts, by their keys. */
export function problemsOf(drafts: readonly Draft[]): Map<number, string> {
  const problems = new Map<number, string>()
  const counts = groupBy(drafts, (draft) => draft.name.trim())
  for (const { key, name, value, type } of drafts) {
    const wrong = words.configuration
    if (name.trim() === '') problems.set(key, wrong.nameMissing)
    else if ((counts.get(name.trim())?.length ?? 0) > 1) problems.set(key, wrong.nameTwice)
    else if (!fitsType(value, type)) problems.set(key, wrong.notOfType(type))
  }
  return problems
}

/** The types the SDK writes whose values can be told from others; everything else is text. */
const TYPES: Record<string, RegExp> = {
  int: /^[+-]?\d+$/,
  float: /^[+-]?(?:\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?|inf|nan|infinity)$/i,
  bool: /^(?:true|false|0|1)$/i,
}

/** Whether the script can read a value as the type it wrote it with; an empty value is none. */
function fitsType(value: string, type: string): boolean {
  const pattern = TYPES[type]
  return !pattern || value.trim() === '' || pattern.test(value.trim())
}

/** The drafts as the wire wants them. */
export function toParameters(section: string, drafts: readonly Draft[]): Parameter[] {
  return drafts.map(({ name, value, type, description }) => ({
    section,
    name: name.trim(),
    value,
    ...(type && { type }),
    ...(description && { description }),
  }))
}
