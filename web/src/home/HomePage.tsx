import { useQuery } from '@tanstack/react-query'
import { Navigate } from '@tanstack/react-router'
import { newestTaskQuery } from '../api/home'
import { TopBar } from '../frame/TopBar'
import { words } from '../words'
import { Failed, RecentProjects, Running } from './lists'
import { WaitingQueues } from './WaitingQueues'

/** What wants to be known first: what runs, what failed, what waits, where work happens. */
export function HomePage() {
  const newest = useQuery({ ...newestTaskQuery(), refetchInterval: false })
  if (newest.data === null) return <Navigate to="/welcome" replace />
  return (
    <>
      <TopBar>
        <h1 className="font-medium">{words.home.title}</h1>
      </TopBar>
      <main className="min-h-0 grow overflow-y-auto">
        <div className="grid items-start gap-x-8 gap-y-6 p-4 lg:grid-cols-[3fr_2fr]">
          <div className="flex min-w-0 flex-col gap-6">
            <Running />
            <Failed />
          </div>
          <div className="flex min-w-0 flex-col gap-6">
            <WaitingQueues />
            <RecentProjects />
          </div>
        </div>
      </main>
    </>
  )
}
