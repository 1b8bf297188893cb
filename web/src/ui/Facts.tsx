import type { ReactNode } from 'react'

/** Names and values in two columns. */
export function Facts({ children }: { children: ReactNode }) {
  return <dl className="border-t">{children}</dl>
}

/** One fact; left out when there is nothing to say. */
export function Fact({ name, children }: { name: string; children: ReactNode }) {
  if (children === undefined || children === null || children === false || children === '')
    return null
  return (
    <div className="flex min-h-8 items-baseline gap-4 border-b py-1">
      <dt className="w-2/5 max-w-44 shrink-0 truncate text-muted" title={name}>
        {name}
      </dt>
      <dd className="flex min-w-0 items-center gap-1 break-words whitespace-pre-wrap [overflow-wrap:anywhere]">
        {children}
      </dd>
    </div>
  )
}
