import * as Dialog from '@radix-ui/react-dialog'
import { useQueries } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { FINDABLE, findQuery } from '../api/find'
import { Key } from '../frame/KeySheet'
import { useOverlays } from '../frame/overlays'
import { useToggleTheme } from '../frame/theme'
import { SearchIcon } from '../ui/icons'
import { MENU_ITEM } from '../ui/Menu'
import { messageOf } from '../ui/Notices'
import { words } from '../words'
import { doings, places, wayTo } from './commands'
import { type Command, matching } from './matching'

/** Pause after the last key before the server is asked (milliseconds). */
const TYPING_PAUSE = 150

/** Goes anywhere, does what can be done from anywhere, and finds things by name. */
export function Palette({ close }: { close: () => void }) {
  const say = words.palette
  const list = useId()
  const [typed, setTyped] = useState('')
  const [marked, setMarked] = useState(0)
  const { groups, problems, searching } = useGroups(typed)
  const commands = groups.flatMap((group) => group.commands)
  const at = Math.min(marked, commands.length - 1)

  const run = (command: Command) => {
    close()
    command.run()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined) {
      event.preventDefault()
      setMarked((at + step + commands.length) % Math.max(commands.length, 1))
    }
    const command = commands[at]
    if (event.key === 'Enter' && command && !event.nativeEvent.isComposing) run(command)
  }

  return (
    <Dialog.Root open onOpenChange={(open) => !open && close()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-scrim" />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed top-[12vh] left-1/2 z-50 flex max-h-[70vh] w-160 max-w-[calc(100vw-2rem)] -translate-x-1/2 flex-col overflow-hidden rounded-md border bg-raised shadow-overlay"
        >
          <Dialog.Title className="sr-only">{say.title}</Dialog.Title>
          <div className="flex h-12 shrink-0 items-center gap-3 border-b px-4">
            <SearchIcon className="text-muted" />
            <input
              role="combobox"
              aria-expanded
              aria-controls={list}
              aria-autocomplete="list"
              aria-activedescendant={commands.length > 0 ? `${list}-${at}` : undefined}
              aria-label={say.title}
              placeholder={say.placeholder}
              autoComplete="off"
              spellCheck={false}
              className="h-full min-w-0 grow bg-transparent text-prose outline-none placeholder:text-muted"
              value={typed}
              onChange={(event) => {
                setTyped(event.target.value)
                setMarked(0)
              }}
              onKeyDown={onKeyDown}
            />
          </div>
          <div
            id={list}
            role="listbox"
            aria-label={say.results}
            className="min-h-0 overflow-y-auto p-2"
          >
            {groups.map(({ name, commands: within, first }) => (
              <div key={name} role="group" aria-label={name}>
                <div aria-hidden="true" className="px-2 pt-2 pb-1 text-small text-muted">
                  {name}
                </div>
                {within.map((command, offset) => (
                  <Line
                    key={command.id}
                    id={`${list}-${first + offset}`}
                    command={command}
                    marked={first + offset === at}
                    mark={() => setMarked(first + offset)}
                    run={() => run(command)}
                  />
                ))}
              </div>
            ))}
          </div>
          <div role="status" className="px-4">
            {commands.length === 0 && problems.length === 0 && (
              <p className="pb-4 text-muted">{searching ? say.searching : say.nothing}</p>
            )}
            {problems.map((problem) => (
              <p key={problem} className="pb-2 text-small text-failed">
                {problem}
              </p>
            ))}
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

interface LineProps {
  id: string
  command: Command
  marked: boolean
  mark: () => void
  run: () => void
}

function Line({ id, command, marked, mark, run }: LineProps) {
  const line = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (marked) line.current?.scrollIntoView({ block: 'nearest' })
  }, [marked])
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the focus and the keys
    <div
      ref={line}
      id={id}
      role="option"
      aria-selected={marked}
      data-highlighted={marked ? '' : undefined}
      className={`${MENU_ITEM} cursor-pointer`}
      onMouseDown={(event) => event.preventDefault()}
      onMouseMove={mark}
      onClick={run}
    >
      {command.mark}
      <span className="min-w-0 truncate normal-nums">{command.text}</span>
      {command.aside && (
        <span className="min-w-0 shrink-[2] truncate text-muted normal-nums">{command.aside}</span>
      )}
      {command.keys && (
        <span className="ml-auto">
          <Key name={command.keys} />
        </span>
      )}
    </div>
  )
}

interface Group {
  name: string
  commands: Command[]
  /** How many commands stand before it. */
  first: number
}

/** What fits what is typed: commands at once, and what the server finds after a pause. */
function useGroups(typed: string) {
  const say = words.palette
  const router = useRouter()
  const overlays = useOverlays()
  const toggleTheme = useToggleTheme()
  const text = typed.trim()
  const asked = useLater(text)
  const searches = useQueries({ queries: FINDABLE.map((kind) => findQuery(kind, asked)) })

  const found = FINDABLE.map((kind, at) => {
    const results = text === '' ? [] : (searches[at]?.data ?? [])
    return { name: say[kind], commands: results.map((each) => wayTo(router, kind, each)) }
  })
  const lists = [
    { name: say.go, commands: matching(places(router), text) },
    { name: say.do, commands: matching(doings({ ...overlays, toggleTheme }), text) },
    ...found,
  ].filter(({ commands }) => commands.length > 0)

  let first = 0
  const groups: Group[] = lists.map((list) => {
    const group = { ...list, first }
    first += list.commands.length
    return group
  })
  const problems = FINDABLE.flatMap((kind, at) => {
    const error = searches[at]?.error
    return error && text !== '' ? [`${say.searchFailed(say[kind])}: ${messageOf(error)}`] : []
  })
  const searching = asked !== text || searches.some(({ isFetching }) => isFetching)
  return { groups, problems, searching }
}

/** A text as it was a moment ago, so that not every key asks the server. */
function useLater(text: string): string {
  const [later, setLater] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setLater(text), TYPING_PAUSE)
    return () => clearTimeout(timer)
  }, [text])
  return later
}
