import type { ReactNode } from 'react'
import { Button } from './Button'

interface ToggleProps {
  on: boolean
  set: (on: boolean) => void
  title?: string
  children: ReactNode
}

/** A control of a bar that is either on or off. */
export function Toggle({ on, set, title, children }: ToggleProps) {
  return (
    <Button
      kind="quiet"
      aria-pressed={on}
      title={title}
      className="aria-pressed:bg-tint/60 aria-pressed:text-text"
      onClick={() => set(!on)}
    >
      {children}
    </Button>
  )
}
