import type { ReactNode } from 'react'
import { Button } from '../ui/Button'
import { MoonIcon, SearchIcon, SunIcon } from '../ui/icons'
import { words } from '../words'
import { Key } from './KeySheet'
import { LiveMark } from './LiveMark'
import { useOverlays } from './overlays'
import { useTheme, useToggleTheme } from './theme'
import { UserMenu } from './UserMenu'

/** The bar above every page: where one is on the left, what serves the whole site on the right. */
export function TopBar({ children }: { children: ReactNode }) {
  const dark = useTheme() === 'dark'
  const toggle = useToggleTheme()
  const { show } = useOverlays()
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
      <Button kind="quiet" aria-keyshortcuts="Control+K Meta+K" onClick={() => show('palette')}>
        <SearchIcon />
        {words.palette.open}
        <span className="max-md:hidden">
          <Key name={words.frame.paletteKey} />
        </span>
      </Button>
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
