import { useQuery } from '@tanstack/react-query'
import { Link, Outlet } from '@tanstack/react-router'
import { KINDS } from '../api/gateway'
import { currentUserQuery } from '../api/session'
import { TopBar } from '../frame/TopBar'
import { TAB } from '../ui/Tabs'
import { words } from '../words'

/** The bar and the tabs that the gateway's pages have in common. */
export function GatewayPage() {
  const say = words.gateway
  const role = useQuery(currentUserQuery).data?.role
  const kinds = KINDS.filter((kind) => kind !== 'issuers' || role === 'admin')
  return (
    <>
      <TopBar>
        <h1 className="font-medium">{say.title}</h1>
      </TopBar>
      <div className="flex min-h-0 grow flex-col">
        <nav
          aria-label={say.tabs}
          className="flex shrink-0 gap-1 overflow-x-auto border-b px-4 pt-1"
        >
          <Link to="/gateway" activeOptions={{ exact: true, includeSearch: false }} className={TAB}>
            {say.overview}
          </Link>
          {kinds.map((kind) => (
            <Link
              key={kind}
              to="/gateway/$kind"
              params={{ kind }}
              className={`${TAB} whitespace-nowrap`}
            >
              {say.kinds[kind].many}
            </Link>
          ))}
          <Link to="/gateway/calls" className={TAB}>
            {say.calls}
          </Link>
          <Link to="/gateway/consumption" className={TAB}>
            {say.consumption}
          </Link>
        </nav>
        <main className="min-h-0 grow overflow-y-auto">
          <Outlet />
        </main>
      </div>
    </>
  )
}
