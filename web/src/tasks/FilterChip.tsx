import type { ReactNode } from 'react'
import { CloseIcon } from '../ui/icons'
import { words } from '../words'

interface FilterChipProps {
  /** The filtered field, as in "Drop the status filter". */
  label: string
  on: boolean
  clear: () => void
  /** The button that says the filter and opens its menu. */
  menu: ReactNode
}

/** A filter as one would say it; while it is on it is tinted and can be dropped. */
export function FilterChip({ label, on, clear, menu }: FilterChipProps) {
  return (
    <span className={`inline-flex min-w-0 rounded-md ${on ? 'bg-tint/60' : ''}`}>
      {menu}
      {on && (
        <button
          type="button"
          aria-label={words.tasks.drop(label)}
          className="grid size-7 shrink-0 place-items-center text-muted hover:text-text"
          onClick={clear}
        >
          <CloseIcon className="size-3" />
        </button>
      )}
    </span>
  )
}
