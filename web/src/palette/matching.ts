import type { ReactNode } from 'react'

/** A line of the palette. */
export interface Command {
  id: string
  text: string
  /** Where it is, or what else tells it from its namesakes. */
  aside?: string | undefined
  mark?: ReactNode
  /** Keys that do the same. */
  keys?: string
  run: () => void
}

/** The commands whose text contains every word of what is typed. */
export function matching(commands: Command[], typed: string): Command[] {
  const wanted = typed.toLowerCase().split(/\s+/)
  return commands.filter(({ text }) => wanted.every((word) => text.toLowerCase().includes(word)))
}
