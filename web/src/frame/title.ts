import { useEffect } from 'react'

/** Puts the name of what is shown into the window's title. */
export function useTitle(name: string | undefined): void {
  useEffect(() => {
    if (!name) return
    document.title = `${name} · Arno`
    return () => {
      document.title = 'Arno'
    }
  }, [name])
}
