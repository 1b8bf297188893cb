import type { Kind } from '../api/gateway'
import type { words } from '../words'

type FieldName = keyof typeof words.gateway.fields

/** How a field is typed in. */
export type Control = 'text' | 'number' | 'flag' | 'json' | 'lines' | 'secret' | 'subject' | Choice

/** A choice: of entries of another kind, of queues, or of known words. */
export type Choice = { entries: Kind } | { words: readonly string[] } | 'queue' | 'apiTarget'

export interface FieldOf {
  name: FieldName
  control: Control
  hint?: keyof typeof words.gateway.hints
  required?: boolean
  /** Decided when it is made. */
  once?: boolean
  /** What a new one has. */
  initial?: unknown
}

export interface KindOf {
  /** Columns of the table, the name first. */
  columns: readonly FieldName[]
  fields: readonly FieldOf[]
}

const description = { name: 'description', control: 'text' } as const

/** What each kind's table shows and its form asks for. */
export const FORMS: Record<Kind, KindOf> = {
  tasks: {
    columns: ['task', 'hash', 'queue', 'description', 'created'],
    fields: [
      { name: 'task', control: 'text', required: true, once: true },
      { name: 'queue', control: 'queue', required: true },
      { name: 'image', control: 'text', hint: 'image' },
      description,
    ],
  },
  endpoints: {
    columns: ['endpoint', 'machine', 'hash', 'description', 'created'],
    fields: [
      { name: 'machine', control: { entries: 'machines' }, required: true, once: true },
      { name: 'endpoint', control: 'text', hint: 'endpoint', required: true, once: true },
      description,
    ],
  },
  machines: {
    columns: ['url', 'health', 'task', 'hash', 'description'],
    fields: [
      { name: 'service', control: 'flag', once: true },
      { name: 'task', control: 'text', hint: 'task', once: true },
      { name: 'url', control: 'text', hint: 'url', required: true },
      { name: 'headers', control: 'json', hint: 'headers' },
      description,
    ],
  },
  apis: {
    columns: ['path', 'mode', 'target', 'enabled', 'open', 'description'],
    fields: [
      { name: 'path', control: 'text', hint: 'path', required: true },
      { name: 'target', control: 'apiTarget', required: true },
      description,
      { name: 'enabled', control: 'flag', initial: true },
      { name: 'open', control: 'flag' },
      { name: 'forward_token', control: 'flag', hint: 'forward_token' },
      { name: 'keep_payloads', control: 'flag', initial: true },
      { name: 'share', control: 'flag' },
      { name: 'origins', control: 'lines', hint: 'origins' },
      { name: 'input_schema', control: 'json', hint: 'schema' },
      { name: 'output_schema', control: 'json', hint: 'schema' },
    ],
  },
  plans: {
    columns: ['title', 'per_minute', 'per_day', 'per_month', 'concurrent', 'price', 'requestable'],
    fields: [
      { name: 'title', control: 'text', required: true },
      description,
      { name: 'per_minute', control: 'number' },
      { name: 'per_day', control: 'number' },
      { name: 'per_month', control: 'number' },
      { name: 'concurrent', control: 'number' },
      { name: 'compute_seconds', control: 'number' },
      { name: 'price', control: 'number', initial: 0 },
      { name: 'price_per_call', control: 'number', initial: 0 },
      { name: 'currency', control: 'text' },
      { name: 'days', control: 'number' },
      { name: 'requestable', control: 'flag' },
    ],
  },
  grants: {
    columns: ['subject', 'api', 'plan', 'state', 'note'],
    fields: [
      { name: 'api', control: { entries: 'apis' }, required: true, once: true },
      { name: 'subject', control: 'subject', hint: 'subject', once: true },
      { name: 'plan', control: { entries: 'plans' } },
      { name: 'note', control: 'text' },
    ],
  },
  tokens: {
    columns: ['label', 'user', 'apis', 'created', 'expires'],
    fields: [
      { name: 'label', control: 'text' },
      { name: 'apis', control: 'lines', hint: 'lines', once: true },
      { name: 'expires', control: 'text', hint: 'date', once: true },
    ],
  },
  issuers: {
    columns: ['url', 'audiences', 'parties', 'introspect'],
    fields: [
      { name: 'url', control: 'text', required: true },
      { name: 'audiences', control: 'lines', hint: 'lines' },
      { name: 'parties', control: 'lines', hint: 'lines' },
      { name: 'local_users', control: 'flag', initial: true },
      { name: 'skew', control: 'number', initial: 60 },
      { name: 'introspect', control: 'flag' },
      { name: 'client_id', control: 'text' },
      { name: 'client_secret', control: 'secret', hint: 'secret' },
    ],
  },
}

/** What a form holds as text, as the interface takes it; throws on JSON that is none. */
export function readField(control: Control, text: string): unknown {
  switch (control) {
    case 'number':
      return text.trim() === '' ? null : Number(text)
    case 'json':
      return text.trim() === '' ? null : JSON.parse(text)
    case 'lines':
      return text
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '')
    default:
      return text.trim()
  }
}

/** A field's value as its control shows it. */
export function shownField(control: Control, value: unknown): string {
  if (value === null || value === undefined) return ''
  if (control === 'json') return JSON.stringify(value, null, 2)
  if (Array.isArray(value)) return value.join('\n')
  return String(value)
}
