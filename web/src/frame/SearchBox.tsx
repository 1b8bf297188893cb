import { useEffect, useRef, useState } from 'react'
import { SearchIcon } from '../ui/icons'
import { useKeys } from './keys'

/** Pause after the last key before a search takes effect (milliseconds). */
const TYPING_PAUSE = 150

interface SearchBoxProps {
  label: string
  q: string
  setQ: (q: string) => void
  /** What stands in the empty field; the label when absent. */
  placeholder?: string
  /** Why the server refused the pattern. */
  problem?: string | undefined
}

/** The search field of a page; `/` leads to it. */
export function SearchBox({ label, q, setQ, placeholder, problem }: SearchBoxProps) {
  const [draft, setDraft] = useState(q)
  const input = useRef<HTMLInputElement>(null)
  const sent = useRef(q)
  useKeys({ '/': () => input.current?.select() })

  // The address may change by itself (back, a cleared search): the field then follows.
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
    <div className={`relative max-w-full ${placeholder ? 'w-52' : 'w-80'}`}>
      <SearchIcon className="pointer-events-none absolute top-1.5 left-2 text-muted" />
      <input
        ref={input}
        type="search"
        aria-label={label}
        aria-invalid={problem !== undefined}
        aria-describedby={problem && 'search-problem'}
        placeholder={placeholder ?? label}
        title={label}
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
          id="search-problem"
          role="alert"
          className="absolute top-8 left-0 z-20 w-max max-w-[60vw] rounded-md border bg-raised px-2 py-1 text-failed shadow-overlay"
        >
          {problem}
        </p>
      )}
    </div>
  )
}
