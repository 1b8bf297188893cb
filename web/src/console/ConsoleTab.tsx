import { useMemo } from 'react'
import { useTask } from '../task/taskContext'
import { useTabSearch } from '../task/useTabSearch'
import { Empty, ErrorNotice, Skeleton } from '../ui/Notices'
import { words } from '../words'
import { ConsoleBar } from './ConsoleBar'
import { ConsoleLines } from './ConsoleLines'
import { consoleLines } from './lines'
import type { ConsoleSearch } from './search'
import { useConsole } from './useConsole'
import { useFinder } from './useFinder'
import type { LogWindow } from './window'

/** What the task wrote: text only, whatever it contains. */
export function ConsoleTab() {
  const task = useTask()
  const [search, setSearch] = useTabSearch<ConsoleSearch>()
  const from = search.at === undefined ? undefined : Number(search.at)
  const console = useConsole(task, from)
  const least = search.level ?? 'debug'
  const find = search.find ?? ''
  const events = console.data?.events
  const lines = useMemo(() => consoleLines(events ?? [], least), [events, least])
  const finder = useFinder({
    lines,
    find,
    hasEarlier: console.data?.hasEarlier ?? false,
    loadEarlier: console.loadEarlier,
    loadingEarlier: console.loadingEarlier,
  })
  const say = words.console

  if (console.isPending) return <Skeleton rows={10} height={20} />
  if (!console.data) {
    return <ErrorNotice title={say.failed} error={console.error} retry={() => console.refetch()} />
  }
  const { hasEarlier, hasLater, total } = console.data
  if (total === 0) return <Empty title={console.active ? say.noneYet : say.none} />
  return (
    <>
      <ConsoleBar
        task={task.id}
        search={search}
        setSearch={setSearch}
        finder={finder}
        count={countText(console.data, from !== undefined)}
      />
      {lines.length === 0 && (
        <Empty title={console.data.events.length === 0 ? say.noneSince : say.noneOfLevel} />
      )}
      <ConsoleLines
        key={`${task.id} ${least} ${search.wrap} ${search.at}`}
        lines={lines}
        wrap={search.wrap === '1'}
        fromTop={from !== undefined}
        find={find}
        goTo={finder.current}
        hasEarlier={hasEarlier}
        loadEarlier={console.loadEarlier}
        loadingEarlier={console.loadingEarlier}
        hasLater={hasLater}
        loadLater={console.loadLater}
        loadingLater={console.loadingLater}
        follow={() => setSearch({ at: undefined })}
      />
    </>
  )
}

function countText({ events, total }: LogWindow, fromMiddle: boolean): string {
  const say = words.console
  if (events.length >= total) return say.messages(events.length)
  return fromMiddle ? say.someOf(events.length, total) : say.lastOf(events.length, total)
}
