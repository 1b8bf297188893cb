import { useMemo } from 'react'
import { formatCount, formatMany } from '../format/number'
import { useTask } from '../task/taskContext'
import { useTabSearch } from '../task/useTabSearch'
import { Button } from '../ui/Button'
import { Empty, ErrorNotice, Skeleton } from '../ui/Notices'
import { ConsoleLines } from './ConsoleLines'
import { consoleLines, LEVELS, type Level } from './lines'
import type { ConsoleSearch } from './search'
import { useConsole } from './useConsole'
import type { LogWindow } from './window'

const LEVEL_NAMES: Record<Level, string> = {
  debug: 'All levels',
  info: 'Info and above',
  warning: 'Warnings and errors',
  error: 'Errors',
}

/** What the task wrote: text only, whatever it contains. */
export function ConsoleTab() {
  const task = useTask()
  const [search, setSearch] = useTabSearch<ConsoleSearch>()
  const console = useConsole(task)
  const least = search.level ?? 'debug'
  const events = console.data?.events
  const lines = useMemo(() => consoleLines(events ?? [], least), [events, least])

  if (console.isPending) return <Skeleton rows={10} height={20} />
  if (!console.data) {
    return (
      <ErrorNotice
        title="The console could not be read"
        error={console.error}
        retry={() => console.refetch()}
      />
    )
  }
  if (console.data.events.length === 0) {
    const title = console.active
      ? 'Nothing has been written yet. Lines appear here as the task writes them.'
      : 'This task wrote nothing to its console.'
    return <Empty title={title} />
  }
  return (
    <>
      <div className="flex h-10 shrink-0 items-center gap-2 border-b px-4">
        <select
          aria-label="Level"
          className="h-7 rounded-md border border-line-strong/60 bg-raised px-1.5"
          value={least}
          onChange={(event) => setSearch({ level: event.target.value as Level })}
        >
          {LEVELS.map((level) => (
            <option key={level} value={level}>
              {LEVEL_NAMES[level]}
            </option>
          ))}
        </select>
        <Button
          kind="quiet"
          aria-pressed={search.wrap === '1'}
          className="aria-pressed:bg-tint/60 aria-pressed:text-text"
          onClick={() => setSearch({ wrap: search.wrap ? undefined : '1' })}
        >
          Wrap
        </Button>
        <output className="ml-auto text-muted">{eventsText(console.data)}</output>
      </div>
      {lines.length === 0 && <Empty title="No loaded line has this level." />}
      <ConsoleLines
        key={`${task.id} ${least} ${search.wrap}`}
        lines={lines}
        wrap={search.wrap === '1'}
        hasEarlier={console.data.hasEarlier}
        loadEarlier={console.loadEarlier}
        loadingEarlier={console.loadingEarlier}
      />
    </>
  )
}

function eventsText({ events, total }: LogWindow): string {
  if (events.length >= total) return formatMany(events.length, 'message')
  return `last ${formatCount(events.length)} of ${formatMany(total, 'message')}`
}
