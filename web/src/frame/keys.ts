import { useEffect, useRef } from 'react'

/**
 * Keys and what they do: a `KeyboardEvent.key`, or two of them with a space between for keys that are
 * pressed one after the other.
 */
export type KeyMap = Record<string, (event: KeyboardEvent) => void>

/** How long the first key of two waits for the second (milliseconds). */
const PAIR_PAUSE = 1_200

/** Binds keys while the component is shown. They rest while one types or an overlay is open. */
export function useKeys(keys: KeyMap): void {
  const latest = useRef(keys)
  useEffect(() => {
    latest.current = keys
  })
  useEffect(() => {
    let first = { key: '', at: 0 }
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
      if (isTyping(event.target) || overlayIsOpen()) return
      const fresh = event.timeStamp - first.at < PAIR_PAUSE
      const pair = fresh ? latest.current[`${first.key} ${event.key}`] : undefined
      first = { key: pair ? '' : event.key, at: event.timeStamp }
      const action = pair ?? latest.current[event.key]
      if (!action) return
      event.preventDefault()
      action(event)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || target.closest('input, textarea, select') !== null
}

function overlayIsOpen(): boolean {
  return document.querySelector('[role=dialog], [role=menu]') !== null
}
