import type { FormEvent } from 'react'
import { logAddress } from '../api/files'
import { FilterField } from '../task/FilterField'
import { Button, buttonLook } from '../ui/Button'
import { Input, Select } from '../ui/Field'
import { ArrowDownIcon, ArrowUpIcon, SaveIcon } from '../ui/icons'
import { Toggle } from '../ui/Toggle'
import { words } from '../words'
import { LEVELS, type Level } from './lines'
import type { ConsoleSearch } from './search'
import type { Finder } from './useFinder'

interface ConsoleBarProps {
  task: string
  search: ConsoleSearch
  setSearch: (change: ConsoleSearch) => void
  finder: Finder
  /** How much of the console is loaded. */
  count: string
}

/** Level, search, time and download of a console. */
export function ConsoleBar({ task, search, setSearch, finder, count }: ConsoleBarProps) {
  const say = words.console
  return (
    <div className="flex min-h-10 shrink-0 flex-wrap items-center gap-2 border-b px-4 py-1.5">
      <Select
        slim
        aria-label={say.level}
        className="w-44"
        value={search.level ?? 'debug'}
        onChange={({ target }) =>
          setSearch({ level: target.value === 'debug' ? undefined : (target.value as Level) })
        }
        options={LEVELS.map((level) => ({ value: level, label: say.levels[level] }))}
      />
      <Toggle on={search.wrap === '1'} set={(on) => setSearch({ wrap: on ? '1' : undefined })}>
        {say.wrap}
      </Toggle>
      <FilterField
        label={say.find}
        value={search.find ?? ''}
        setValue={(find) => setSearch({ find: find || undefined })}
        onEnter={(back) => (back ? finder.previous() : finder.next())}
      />
      {search.find && <Steps finder={finder} />}
      <GoToTime go={(at) => setSearch({ at })} />
      <output className="ml-auto text-muted">{count}</output>
      <a href={logAddress(task)} download title={say.downloadHint} className={buttonLook('quiet')}>
        <SaveIcon />
        {say.download}
      </a>
    </div>
  )
}

function Steps({ finder }: { finder: Finder }) {
  const say = words.console
  const nth = finder.current === undefined ? 0 : finder.hits.indexOf(finder.current) + 1
  const state = nth > 0 ? say.found(nth, finder.hits.length) : say.lines(finder.hits.length)
  return (
    <span className="flex items-center gap-0.5">
      <Button kind="icon" aria-label={say.previous} title={say.previous} onClick={finder.previous}>
        <ArrowUpIcon />
      </Button>
      <Button kind="icon" aria-label={say.next} title={say.next} onClick={finder.next}>
        <ArrowDownIcon />
      </Button>
      <output className="text-small text-muted" aria-live="polite">
        {finder.seeking ? say.seeking : state}
      </output>
    </span>
  )
}

/** Shows the console from a moment of the local time on. */
function GoToTime({ go }: { go: (at: string) => void }) {
  const say = words.console
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const moment = new Date(String(new FormData(event.currentTarget).get('moment'))).getTime()
    if (moment >= 0) go(String(moment))
  }
  return (
    <form onSubmit={onSubmit} className="flex items-center gap-1">
      <Input
        type="datetime-local"
        name="moment"
        step="1"
        required
        aria-label={say.goToTime}
        className="!h-7 !w-50"
      />
      <Button kind="quiet" type="submit">
        {say.goToTime}
      </Button>
    </form>
  )
}
