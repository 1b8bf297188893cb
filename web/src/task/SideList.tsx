import type { ReactNode } from 'react'

export interface SideGroup {
  title: string
  items: { key: string; label: string; note?: ReactNode }[]
}

interface SideListProps {
  label: string
  groups: SideGroup[]
  shown: string | undefined
  show: (key: string) => void
}

/** What a tab holds, by group, beside the one that is shown. */
export function SideList({ label, groups, shown, show }: SideListProps) {
  return (
    <nav
      aria-label={label}
      className="w-60 shrink-0 overflow-y-auto border-r px-2 py-3 max-md:w-44"
    >
      {groups
        .filter((group) => group.items.length > 0)
        .map((group) => (
          <section key={group.title} className="mb-4">
            <h2 className="px-2 pb-1 text-small text-muted">{group.title}</h2>
            <ul>
              {group.items.map(({ key, label: name, note }) => (
                <li key={key}>
                  <button
                    type="button"
                    aria-current={key === shown ? 'true' : undefined}
                    className="flex h-8 w-full items-center gap-2 rounded-md px-2 text-left hover:bg-hover aria-[current]:bg-tint/60"
                    onClick={() => show(key)}
                  >
                    <span className="min-w-0 truncate normal-nums" title={name}>
                      {name}
                    </span>
                    {note !== undefined && (
                      <span className="ml-auto shrink-0 text-small text-muted">{note}</span>
                    )}
                  </button>
                </li>
              ))}
            </ul>
          </section>
        ))}
    </nav>
  )
}
