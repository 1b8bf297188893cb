import type { ReactNode } from 'react'
import { Button } from '../ui/Button'
import { MoonIcon, SunIcon } from '../ui/icons'
import { words } from '../words'
import { LiveMark } from './LiveMark'
import { useTheme, useToggleTheme } from './theme'
import { UserMenu } from './UserMenu'

/** The bar above every page: where one is on the left, what serves the whole site on the right. */
export function TopBar({ children }: { children: ReactNode }) {
  const dark = useTheme() === 'dark'
  const toggle = useToggleTheme()
  const other = dark ? words.frame.lightTheme : words.frame.darkTheme
  return (
    <header className="flex h-12 shrink-0 items-center gap-3 border-b pr-3 pl-4">
      <nav
        aria-label={words.frame.breadcrumb}
        className="flex min-w-0 grow items-center gap-1.5 whitespace-nowrap"
      >
        {children}
      </nav>
      <LiveMark />
      <Button
        kind="icon"
        aria-label={other}
        title={words.frame.withKey(other, 't')}
        onClick={toggle}
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
