import { type RefObject, useEffect, useState } from 'react'

interface Seen {
  /** The element is in the window's visible part, or near it. */
  inView: boolean
  /** It has been there. */
  seen: boolean
}

/** Whether the element can be seen, and whether it ever could. */
export function useSeen(place: RefObject<HTMLElement | null>): Seen {
  const [state, setState] = useState<Seen>({ inView: false, seen: false })
  useEffect(() => {
    const element = place.current
    if (!element) return
    const observer = new IntersectionObserver(
      (entries) => {
        const inView = entries.at(-1)?.isIntersecting ?? false
        setState(({ seen }) => ({ inView, seen: seen || inView }))
      },
      { rootMargin: '400px' },
    )
    observer.observe(element)
    return () => observer.disconnect()
  }, [place])
  return state
}
