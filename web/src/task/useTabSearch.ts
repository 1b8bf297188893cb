import { useNavigate, useSearch } from '@tanstack/react-router'
import { createContext, useCallback, useContext } from 'react'
import type { Tab } from './tabs'

/**
 * A tab's part of the address, wherever the tab is shown: on the task's own page or beside the table.
 * A change replaces the address, so that going back leaves the tab.
 */
export function useTabSearch<Search extends object>(): [Search, (change: Search) => void] {
  const search = useSearch({ strict: false } as never) as Search
  const navigate = useNavigate()
  const change = useCallback(
    (change: Search) => {
      const search = (before: object) => ({ ...before, ...change })
      navigate({ to: '.', search, replace: true, resetScroll: false })
    },
    [navigate],
  )
  return [search, change]
}

/** Goes to another tab of the same task, in the place where this one is shown. */
export function useTabLink(): (tab: Tab, search?: object) => void {
  const goTo = useContext(TabLinkContext)
  if (!goTo) throw new Error('A tab of a task was shown outside a task')
  return goTo
}

/** Given by the task's page and by the panel beside the table. */
export const TabLinkContext = createContext<((tab: Tab, search?: object) => void) | null>(null)
