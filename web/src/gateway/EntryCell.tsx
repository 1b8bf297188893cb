import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { choicesQuery, type Entry, type Kind } from '../api/gateway'
import { NO_VALUE } from '../format/number'
import { Ago } from '../ui/Ago'
import { CopyButton } from '../ui/CopyButton'
import { words } from '../words'
import { nameOf } from './names'

interface EntryCellProps {
  kind: Kind
  entry: Entry
  field: string
}

/** One field of an entry, as a table shows it. */
export function EntryCell({ kind, entry, field }: EntryCellProps) {
  const say = words.gateway
  const value = entry[field]
  switch (field) {
    case 'hash':
      return (
        <span className="flex items-center gap-1 font-mono text-small" title={String(value)}>
          {String(value).slice(0, 12)}…
          <CopyButton text={String(value)} label={say.copyHash} />
        </span>
      )
    case 'task':
      return kind === 'tasks' ? (
        <Link
          to="/tasks/$taskId"
          params={{ taskId: String(value) }}
          className="font-mono text-small text-accent hover:underline"
        >
          {String(value)}
        </Link>
      ) : (
        <span className="font-mono text-small">{String(value)}</span>
      )
    case 'health':
      return <Health health={value as { up: boolean | null; reason: string }} />
    case 'created':
      return <Ago date={entry.created} />
    case 'expires':
      return <>{value ? new Date(Number(value)).toISOString().slice(0, 10) : NO_VALUE}</>
    case 'subject':
      return <>{subjectOf(value as { kind: keyof typeof say.subjects; name?: string })}</>
    case 'state':
      return <>{say.states[value as keyof typeof say.states]}</>
    case 'api':
      return <Named kind="apis" id={value as string | null} />
    case 'plan':
      return <Named kind="plans" id={value as string | null} />
    case 'target':
      return <Named kind={entry.mode === 'stable' ? 'endpoints' : 'tasks'} id={String(value)} />
    default:
      return <>{plain(value)}</>
  }
}

function plain(value: unknown): string {
  const say = words.gateway
  if (value === true) return say.yes
  if (value === false) return say.no
  if (value === null || value === undefined || value === '') return NO_VALUE
  if (Array.isArray(value)) return value.length === 0 ? NO_VALUE : value.join(', ')
  return String(value)
}

function subjectOf({ kind, name }: { kind: keyof typeof words.gateway.subjects; name?: string }) {
  const said = words.gateway.subjects[kind]
  return name ? `${said} ${name}` : said
}

function Named({ kind, id }: { kind: Kind; id: string | null }) {
  const choices = useQuery(choicesQuery(kind)).data?.items
  if (!id) return <>{NO_VALUE}</>
  const found = choices?.find((entry) => entry.id === id)
  return <>{found ? nameOf(kind, found) : id}</>
}

function Health({ health }: { health: { up: boolean | null; reason: string } }) {
  const say = words.gateway
  if (health.up === null) return <span className="text-muted">{say.unknown}</span>
  return health.up ? (
    <span className="text-completed">● {say.up}</span>
  ) : (
    <span className="text-failed" title={health.reason}>
      ✕ {say.down}
    </span>
  )
}
