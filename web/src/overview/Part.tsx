import type { ReactNode } from 'react'
import type { Tab } from '../task/tabs'
import { useTabLink } from '../task/useTabSearch'
import { words } from '../words'

interface PartProps {
  title: string
  /** The tab that shows all of it. */
  tab?: Tab
  children: ReactNode
}

/** One part of the overview, with the way to the whole. */
export function Part({ title, tab, children }: PartProps) {
  const open = useTabLink()
  return (
    <section className="mt-5" aria-label={title}>
      <div className="mb-1 flex items-baseline gap-3">
        <h2 className="font-semibold">{title}</h2>
        {tab && (
          <button
            type="button"
            aria-label={`${words.overview.all}: ${title}`}
            className="text-small text-muted hover:text-accent"
            onClick={() => open(tab)}
          >
            {words.overview.all}
          </button>
        )}
      </div>
      {children}
    </section>
  )
}
