import type { Entry, Kind } from '../api/gateway'

/** What people call an entry. */
export function nameOf(kind: Kind, entry: Entry): string {
  const text = (field: string) => String(entry[field] ?? '')
  switch (kind) {
    case 'tasks':
      return text('description') || text('task')
    case 'machines':
      return text('url')
    case 'endpoints':
      return text('endpoint')
    case 'apis':
      return text('path')
    case 'plans':
      return text('title')
    case 'grants': {
      const subject = entry.subject as { kind: string; name?: string }
      return subject.name ?? subject.kind
    }
    case 'tokens':
      return text('label') || entry.id
    case 'issuers':
      return text('url')
  }
}
