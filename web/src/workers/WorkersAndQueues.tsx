import { Link, Outlet } from '@tanstack/react-router'
import { TopBar } from '../frame/TopBar'
import { TAB } from '../ui/Tabs'
import { words } from '../words'

/** The bar and the tabs that the workers' and the queues' page have in common. */
export function WorkersAndQueues() {
  const say = words.workers
  return (
    <>
      <TopBar>
        <h1 className="font-medium">{say.title}</h1>
      </TopBar>
      <main className="flex min-h-0 grow flex-col">
        <nav aria-label={say.tabs} className="flex shrink-0 gap-1 border-b px-4 pt-1">
          <Link to="/workers" className={TAB}>
            {say.workers}
          </Link>
          <Link to="/queues" className={TAB}>
            {say.queues}
          </Link>
        </nav>
        <Outlet />
      </main>
    </>
  )
}
