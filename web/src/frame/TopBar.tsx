import type { ReactNode } from 'react'
import { Button } from '../ui/Button'
import { MoonIcon, SunIcon } from '../ui/icons'
import { LiveMark } from './LiveMark'
import { toggleTheme, useTheme } from './theme'
import { UserMenu } from './UserMenu'

/** The bar above every page: where one is on the left, what serves the whole site on the right. */
export function TopBar({ children }: { children: ReactNode }) {
  const dark = useTheme() === 'dark'
  return (
    <header className="flex h-12 shrink-0 items-center gap-3 border-b pr-3 pl-4">
      <nav aria-label="Breadcrumb" className="flex min-w-0 grow items-center gap-1.5">
        {children}
      </nav>
      <LiveMark />
      <Button
        kind="icon"
        aria-label={dark ? 'Light theme' : 'Dark theme'}
        title={`${dark ? 'Light' : 'Dark'} theme (t)`}
        onClick={toggleTheme}
      >
        {dark ? <SunIcon /> : <MoonIcon />}
      </Button>
      <UserMenu />
    </header>
  )
}

/** Between two breadcrumbs. */
export function CrumbSeparator() {
  return (
    <span aria-hidden="true" className="text-line-strong">
      /
    </span>
  )
}
