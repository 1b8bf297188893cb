import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { activityQuery, workersQuery } from '../api/workers'
import { Empty, ErrorNotice, Skeleton } from '../ui/Notices'
import { Snippet } from '../ui/Snippet'
import { words } from '../words'
import { PeriodSelect } from './PeriodSelect'
import { DEFAULT_PERIOD, PERIODS } from './search'
import { TimeChart } from './TimeChart'
import { WorkersTable } from './WorkersTable'
import { WorkerUse } from './WorkerUse'

const route = getRouteApi('/frame/machines/workers')

/** The machines: how many there are over time, what each does, how much of it is in use. */
export function WorkersTab() {
  const say = words.workers
  const { worker, period } = route.useSearch()
  const navigate = route.useNavigate()
  const list = useQuery(workersQuery)
  const lookback = PERIODS[period ?? DEFAULT_PERIOD]
  return (
    <div className="min-h-0 grow overflow-y-auto">
      <section
        aria-label={worker ? say.usageOf(worker) : say.activity}
        className="border-b px-4 py-3"
      >
        <div className="flex flex-wrap items-center justify-between gap-2 pb-2">
          <h2 className="min-w-0 truncate font-medium">
            {worker ? say.usageOf(worker) : say.activity}
          </h2>
          <PeriodSelect
            period={period}
            setPeriod={(chosen) =>
              navigate({ search: (before) => ({ ...before, period: chosen }), replace: true })
            }
          />
        </div>
        {worker ? (
          <WorkerUse key={worker} worker={worker} lookback={lookback} />
        ) : (
          <Activity lookback={lookback} />
        )}
      </section>
      {list.isPending && <Skeleton rows={4} height={40} />}
      {list.isError && !list.data && (
        <ErrorNotice title={say.failed} error={list.error} retry={() => list.refetch()} />
      )}
      {list.data?.length === 0 && (
        <Empty title={say.none}>
          <Snippet text={say.startAgent} copy={say.copyAgent} />
        </Empty>
      )}
      {list.data && list.data.length > 0 && (
        <WorkersTable workers={list.data} chosen={worker} period={period} />
      )}
    </div>
  )
}

function Activity({ lookback }: { lookback: (typeof PERIODS)[keyof typeof PERIODS] }) {
  const say = words.workers
  const { data, error, isPending, refetch } = useQuery(activityQuery(lookback))
  if (isPending) return <Skeleton rows={4} height={40} />
  if (!data) return <ErrorNotice title={say.activityFailed} error={error} retry={() => refetch()} />
  return (
    <TimeChart
      title={say.activity}
      series={[
        { name: say.known, color: 'var(--line-strong)', data: data.known },
        { name: say.busy, color: 'var(--running)', data: data.busy },
      ]}
    />
  )
}
