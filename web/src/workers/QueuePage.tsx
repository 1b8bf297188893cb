import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { type Queue, queueHistoryQuery, queueLabel, queuesQuery } from '../api/queues'
import { formatCount } from '../format/number'
import { formatDuration } from '../format/time'
import { CrumbSeparator, TopBar } from '../frame/TopBar'
import { useTitle } from '../frame/title'
import { CopyButton } from '../ui/CopyButton'
import { Empty, ErrorNotice, Skeleton } from '../ui/Notices'
import { Snippet } from '../ui/Snippet'
import { words } from '../words'
import { PeriodSelect } from './PeriodSelect'
import { QueueEntries } from './QueueEntries'
import { QueueMenu } from './QueueMenu'
import { DEFAULT_PERIOD, PERIODS } from './search'
import { TimeChart } from './TimeChart'

const route = getRouteApi('/frame/queues/$queueId')

/** One queue: what waits in it and in which order, who listens, how long tasks waited. */
export function QueuePage() {
  const say = words.workers
  const { queueId } = route.useParams()
  const list = useQuery(queuesQuery)
  const queue = list.data?.find(({ id }) => id === queueId)
  useTitle(queue && queueLabel(queue))
  return (
    <>
      <TopBar>
        <Link to="/queues" className="text-muted hover:text-text">
          {say.queues}
        </Link>
        <CrumbSeparator />
        <span className="min-w-0 truncate">{queue && queueLabel(queue)}</span>
        <CopyButton text={queueId} label={say.copyQueueId} />
      </TopBar>
      <main className="flex min-h-0 grow flex-col">
        {list.isPending && <Skeleton rows={4} height={40} />}
        {list.isError && !list.data && (
          <ErrorNotice title={say.queuesFailed} error={list.error} retry={() => list.refetch()} />
        )}
        {list.data && !queue && (
          <Empty title={say.unknownQueue}>
            <Link to="/queues" className="text-accent underline underline-offset-2">
              {say.goToQueues}
            </Link>
          </Empty>
        )}
        {queue && list.data && <Content queue={queue} queues={list.data} />}
      </main>
    </>
  )
}

function Content({ queue, queues }: { queue: Queue; queues: Queue[] }) {
  const say = words.workers
  return (
    <>
      <div className="flex shrink-0 items-center gap-3 border-b px-4 py-3">
        <h1 className="min-w-0 truncate text-title font-semibold">{queueLabel(queue)}</h1>
        <output className="text-muted">{say.tasksCount(queue.entries.length)}</output>
        <div className="ml-auto">
          <QueueMenu queue={queue} onOwnPage />
        </div>
      </div>
      <div className="grid min-h-0 grow grid-rows-[minmax(12rem,1fr)_auto] lg:grid-cols-[3fr_2fr] lg:grid-rows-1">
        <QueueEntries queue={queue} queues={queues} />
        <div className="flex min-h-0 flex-col gap-6 overflow-y-auto border-t p-4 lg:border-t-0 lg:border-l">
          <Listeners queue={queue} />
          <History queue={queue} />
        </div>
      </div>
    </>
  )
}

function Listeners({ queue }: { queue: Queue }) {
  const say = words.workers
  return (
    <section aria-labelledby="listeners">
      <h2 id="listeners" className="pb-1 font-medium">
        {say.workers}
      </h2>
      {queue.workers.length === 0 && (
        <>
          <p className="pb-2 text-muted">{say.noListeners}</p>
          <Snippet text={words.home.startAgent(queue.name)} copy={say.copyAgent} />
        </>
      )}
      <ul>
        {queue.workers.map(({ name, task }) => (
          <li key={name} className="flex min-h-8 items-center gap-3 border-b">
            <Link
              to="/workers"
              search={{ worker: name }}
              className="min-w-0 truncate hover:text-accent"
              title={name}
            >
              {name}
            </Link>
            <span className="ml-auto shrink-0 text-muted">
              {task ? (
                <Link
                  to="/tasks/$taskId"
                  params={{ taskId: task }}
                  className="text-accent hover:underline"
                >
                  {say.runsTask}
                </Link>
              ) : (
                say.idle
              )}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

function History({ queue }: { queue: Queue }) {
  const say = words.workers
  const { period } = route.useSearch()
  const navigate = route.useNavigate()
  const lookback = PERIODS[period ?? DEFAULT_PERIOD]
  const { data, error, isPending, refetch } = useQuery(queueHistoryQuery(queue.id, lookback))
  return (
    <section aria-label={say.waitChart} className="flex flex-col gap-4">
      <div className="flex justify-end">
        <PeriodSelect
          period={period}
          setPeriod={(chosen) => navigate({ search: { period: chosen }, replace: true })}
        />
      </div>
      {isPending && <Skeleton rows={4} height={40} />}
      {error && !data && (
        <ErrorNotice title={say.metricsFailed} error={error} retry={() => refetch()} />
      )}
      {data?.waits.dates.length === 0 && <p className="text-muted">{say.noReports}</p>}
      {data && data.waits.dates.length > 0 && (
        <>
          <TimeChart
            title={say.waitChart}
            series={[{ name: say.waitChart, color: 'var(--queued)', data: data.waits }]}
            format={(seconds) => formatDuration(seconds * 1_000)}
          />
          <TimeChart
            title={say.lengthChart}
            series={[{ name: say.lengthChart, color: 'var(--accent)', data: data.lengths }]}
            format={formatCount}
          />
        </>
      )}
    </section>
  )
}
