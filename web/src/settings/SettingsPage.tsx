import { useQuery } from '@tanstack/react-query'
import { Link, Outlet } from '@tanstack/react-router'
import { currentUserQuery } from '../api/session'
import { TopBar } from '../frame/TopBar'
import { words } from '../words'

const ITEM =
  'flex h-8 items-center rounded-md px-3 text-muted transition-colors hover:bg-hover hover:text-text data-[status=active]:bg-hover data-[status=active]:text-text'

/** What is set for oneself and, by administrators, for the site. */
export function SettingsPage() {
  const say = words.settings
  const user = useQuery(currentUserQuery).data
  return (
    <>
      <TopBar>
        <h1 className="font-medium">{say.title}</h1>
      </TopBar>
      <div className="flex min-h-0 grow">
        <nav
          aria-label={say.title}
          className="flex w-44 shrink-0 flex-col gap-0.5 overflow-y-auto border-r p-2"
        >
          <Link to="/settings/profile" className={ITEM}>
            {say.profile}
          </Link>
          <Link to="/settings/credentials" className={ITEM}>
            {say.credentials}
          </Link>
          <Link to="/settings/appearance" className={ITEM}>
            {say.appearance}
          </Link>
          {user?.role === 'admin' && (
            <>
              <Link to="/settings/users" className={ITEM}>
                {say.users}
              </Link>
              <Link to="/settings/storage" className={ITEM}>
                {say.storage}
              </Link>
            </>
          )}
        </nav>
        <main className="min-w-0 grow overflow-y-auto">
          <div className="flex max-w-4xl flex-col items-start gap-6 p-6">
            <Outlet />
          </div>
        </main>
      </div>
    </>
  )
}
