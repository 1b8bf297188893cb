import type { UseQueryResult } from '@tanstack/react-query'
import { type ReactNode, useId } from 'react'
import { ErrorNotice, Skeleton } from '../ui/Notices'

interface SectionProps<Item> {
  title: string
  /** The way to all of it. */
  more?: ReactNode
  list: UseQueryResult<Item[]>
  /** Said when the list could not be read. */
  failed: string
  /** Said when the list is empty. */
  empty: string
  children: (items: Item[]) => ReactNode
}

/** One list of the home page, with its own way to load, to be empty and to fail. */
export function Section<Item>({ title, more, list, failed, empty, children }: SectionProps<Item>) {
  const id = useId()
  return (
    <section aria-labelledby={id} className="min-w-0">
      <div className="flex h-8 items-center justify-between gap-2 border-b">
        <h2 id={id} className="font-medium">
          {title}
        </h2>
        {more}
      </div>
      {list.isPending && <Skeleton rows={3} height={40} />}
      {list.isError && !list.data && (
        <ErrorNotice title={failed} error={list.error} retry={() => list.refetch()} />
      )}
      {list.data?.length === 0 && <p className="py-2.5 text-muted">{empty}</p>}
      {list.data && list.data.length > 0 && children(list.data)}
    </section>
  )
}
