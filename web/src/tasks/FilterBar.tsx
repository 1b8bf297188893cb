import { useEffect, useRef, useState } from 'react'
import { useKeys } from '../frame/keys'
import { SearchIcon } from '../ui/icons'
import { ProjectFilter } from './ProjectFilter'
import { StatusFilter } from './StatusFilter'
import type { TaskListSearch } from './search'

/** Pause after the last key before the filter takes effect (milliseconds). */
const TYPING_PAUSE = 250

interface FilterBarProps {
  search: TaskListSearch
  setSearch: (change: TaskListSearch) => void
  /** Why the server refused the pattern. */
  problem: string | undefined
  count: string
}

export function FilterBar({ search, setSearch, problem, count }: FilterBarProps) {
  return (
    <div className="flex min-h-11 shrink-0 flex-wrap items-center gap-2 border-b px-4 py-1.5">
      <NameFilter
        q={search.q ?? ''}
        setQ={(q) => setSearch({ q: q || undefined })}
        problem={problem}
      />
      <StatusFilter
        status={search.status}
        setStatus={(status) => setSearch({ status: status || undefined })}
      />
      <ProjectFilter
        project={search.project}
        setProject={(project) => setSearch({ project: project || undefined })}
      />
      <output className="ml-auto text-muted" aria-live="polite">
        {count}
      </output>
    </div>
  )
}

interface NameFilterProps {
  q: string
  setQ: (q: string) => void
  problem: string | undefined
}

function NameFilter({ q, setQ, problem }: NameFilterProps) {
  const [draft, setDraft] = useState(q)
  const input = useRef<HTMLInputElement>(null)
  const sent = useRef(q)
  useKeys({ '/': () => input.current?.select() })

  // The address may change by itself (back, a cleared filter): the field then follows.
  useEffect(() => {
    if (q !== sent.current) setDraft(q)
    sent.current = q
  }, [q])

  useEffect(() => {
    if (draft === sent.current) return
    const timer = setTimeout(() => {
      sent.current = draft
      setQ(draft)
    }, TYPING_PAUSE)
    return () => clearTimeout(timer)
  }, [draft, setQ])

  return (
    <div className="relative w-80 max-w-full">
      <SearchIcon className="pointer-events-none absolute top-1.5 left-2 text-muted" />
      <input
        ref={input}
        type="search"
        aria-label="Filter by name"
        aria-invalid={problem !== undefined}
        aria-describedby={problem && 'name-filter-problem'}
        placeholder="Filter by name (regular expression)"
        title="Press / to come here"
        spellCheck={false}
        className="h-7 w-full rounded-md border border-line-strong/60 bg-raised pr-2 pl-7.5 placeholder:text-muted aria-invalid:border-failed"
        value={draft}
        onChange={(event) => setDraft(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') input.current?.blur()
        }}
      />
      {problem && (
        <p
          id="name-filter-problem"
          role="alert"
          className="absolute top-8 left-0 z-20 w-max max-w-[60vw] rounded-md border bg-raised px-2 py-1 text-failed shadow-overlay"
        >
          {problem}
        </p>
      )}
    </div>
  )
}
