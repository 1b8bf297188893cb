import type { Virtualizer } from '@tanstack/react-virtual'
import { type RefObject, useEffect, useRef } from 'react'
import { useKeys } from '../frame/keys'

/**
 * `j` and `k` move the focus from row to row; Enter then follows the focused link by itself.
 * A row outside the window is scrolled into it first and focused once it exists.
 */
export function useRowKeys(
  scroller: RefObject<HTMLElement | null>,
  virtualizer: Virtualizer<HTMLDivElement, Element>,
  count: number,
): void {
  const wanted = useRef<number | null>(null)

  const focusWanted = () => {
    const row = scroller.current?.querySelector(`[data-index="${wanted.current}"] a`)
    if (!(row instanceof HTMLElement)) return
    wanted.current = null
    row.focus({ preventScroll: true, focusVisible: true })
  }

  const move = (step: number) => {
    const focused = document.activeElement?.closest('[data-index]')
    const at = focused ? Number(focused.getAttribute('data-index')) + step : 0
    const index = Math.min(Math.max(at, 0), count - 1)
    wanted.current = index
    virtualizer.scrollToIndex(index)
    focusWanted()
  }

  useEffect(() => {
    if (wanted.current !== null) focusWanted()
  })
  useKeys({ j: () => move(1), k: () => move(-1) })
}
