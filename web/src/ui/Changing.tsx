import { type ReactNode, useLayoutEffect, useRef } from 'react'

interface ChangingProps {
  /** What is watched; a different value tints the cell for 600 ms. */
  value: unknown
  className?: string
  children: ReactNode
}

/** Shows where data changed by itself, without moving anything. */
export function Changing({ value, className = '', children }: ChangingProps) {
  const element = useRef<HTMLSpanElement>(null)
  const shown = useRef(value)
  useLayoutEffect(() => {
    if (Object.is(shown.current, value)) return
    shown.current = value
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return
    element.current?.animate([{ backgroundColor: 'var(--tint)' }, {}], { duration: 600 })
  }, [value])
  return (
    <span ref={element} className={`rounded-md ${className}`}>
      {children}
    </span>
  )
}
