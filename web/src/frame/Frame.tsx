import { Link, Outlet } from '@tanstack/react-router'
import { useState } from 'react'
import { TasksIcon } from '../ui/icons'
import { KeySheet } from './KeySheet'
import { useKeys } from './keys'
import { KeySheetContext } from './sheet'
import { toggleTheme } from './theme'

const RAIL = [{ to: '/tasks', label: 'Tasks', Icon: TasksIcon }] as const

/** What stays while pages change: the rail, the keys that work everywhere, the overlay sheets. */
export function Frame() {
  const [sheetOpen, setSheetOpen] = useState(false)
  useKeys({ t: toggleTheme, '?': () => setSheetOpen(true) })
  return (
    <KeySheetContext value={() => setSheetOpen(true)}>
      <div className="flex h-full">
        <nav
          aria-label="Main"
          className="flex w-12 shrink-0 flex-col items-center border-r bg-sunken"
        >
          <Link
            to="/tasks"
            aria-label="Arno"
            className="grid h-12 w-full place-items-center text-title font-semibold text-accent"
          >
            A
          </Link>
          {RAIL.map(({ to, label, Icon }) => (
            <Link
              key={to}
              to={to}
              aria-label={label}
              title={label}
              className="grid size-9 place-items-center rounded-md text-muted transition-colors hover:bg-hover hover:text-text data-[status=active]:bg-hover data-[status=active]:text-accent"
            >
              <Icon />
            </Link>
          ))}
        </nav>
        <div className="flex min-w-0 grow flex-col">
          <Outlet />
        </div>
      </div>
      <KeySheet open={sheetOpen} onOpenChange={setSheetOpen} />
    </KeySheetContext>
  )
}
