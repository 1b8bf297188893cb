import { useRef } from 'react'
import { useKeys } from '../frame/keys'

interface FilterFieldProps {
  label: string
  value: string
  setValue: (value: string) => void
  /** Called for Enter, and with `back` for Shift and Enter. */
  onEnter?: (back: boolean) => void
}

/** Narrows what a tab shows by words; `/` comes to it, Escape leaves it. */
export function FilterField({ label, value, setValue, onEnter }: FilterFieldProps) {
  const input = useRef<HTMLInputElement>(null)
  useKeys({ '/': () => input.current?.select() })
  return (
    <input
      ref={input}
      type="search"
      aria-label={label}
      placeholder={label}
      spellCheck={false}
      className="h-7 w-48 rounded-md border border-line-strong/60 bg-raised px-2 placeholder:text-muted"
      value={value}
      onChange={(event) => setValue(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === 'Escape') input.current?.blur()
        if (event.key === 'Enter') onEnter?.(event.shiftKey)
      }}
    />
  )
}
