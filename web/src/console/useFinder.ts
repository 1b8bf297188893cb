import { useEffect, useMemo, useState } from 'react'
import { type ConsoleLine, textOf } from './lines'

/** Pages of earlier lines that one search backwards loads at most. */
const MOST_PAGES = 20

interface FinderSource {
  lines: ConsoleLine[]
  find: string
  hasEarlier: boolean
  loadEarlier: () => void
  loadingEarlier: boolean
}

export interface Finder {
  /** Keys of the loaded lines that contain the words, in their order. */
  hits: string[]
  /** The hit that is gone to; undefined before the first step. */
  current: string | undefined
  /** Earlier lines are being loaded because no loaded one is a hit. */
  seeking: boolean
  next: () => void
  /** Goes to the hit before; loads earlier lines until there is one. */
  previous: () => void
}

/** Looks for words in a console: first in what is loaded, then further back. */
export function useFinder(source: FinderSource): Finder {
  const { lines, find, hasEarlier, loadEarlier, loadingEarlier } = source
  const hits = useMemo(() => hitsIn(lines, find), [lines, find])
  const [chosen, setChosen] = useState<string>()
  const [pages, setPages] = useState(0)
  const at = chosen === undefined ? -1 : hits.indexOf(chosen)
  const before = at < 0 ? hits.at(-1) : hits[at - 1]
  const seeking = pages > 0

  useEffect(() => {
    if (!seeking || loadingEarlier) return
    if (before !== undefined) setChosen(before)
    if (before !== undefined || !hasEarlier || find === '') setPages(0)
    else {
      setPages(pages - 1)
      loadEarlier()
    }
  }, [seeking, loadingEarlier, before, hasEarlier, find, pages, loadEarlier])

  return {
    hits,
    current: at < 0 ? undefined : chosen,
    seeking,
    next: () => setChosen((at < 0 ? hits.at(-1) : hits[at + 1]) ?? chosen),
    previous: () => {
      if (before !== undefined) setChosen(before)
      else if (hasEarlier && find !== '') setPages(MOST_PAGES)
    },
  }
}

function hitsIn(lines: ConsoleLine[], find: string): string[] {
  if (find === '') return []
  const wanted = find.toLowerCase()
  return lines.filter((line) => textOf(line).toLowerCase().includes(wanted)).map(({ key }) => key)
}
