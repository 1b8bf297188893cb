import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { type Statistics, type Sum, statisticsQuery } from '../api/gateway'
import { formatCount, formatNumber } from '../format/number'
import { Select } from '../ui/Field'
import { Empty, ErrorNotice, Skeleton } from '../ui/Notices'
import { words } from '../words'
import { TimeChart } from '../workers/TimeChart'
import { STEPS, type Step } from './search'
import { timeSeries } from './series'

const DAY = 86_400_000

/** How far back each step looks (days). */
const SPANS: Record<Step, number> = { hour: 3, day: 60, month: 366 }

/** What is registered and what was called: the gateway at a glance. */
export function OverviewTab() {
  const say = words.gateway
  const { step = 'day' } = useSearch({ from: '/frame/gateway/' })
  const navigate = useNavigate()
  const from = useMemo(() => dayBefore(SPANS[step]), [step])
  const found = useQuery({ ...statisticsQuery(step, from), placeholderData: keepPreviousData })
  return (
    <section className="flex flex-col gap-6 p-6">
      <div className="flex items-center justify-between gap-4">
        <h2 className="text-title font-medium">{say.overview}</h2>
        <Select
          aria-label={say.step}
          value={step}
          options={STEPS.map((value) => ({ value, label: say.steps[value] }))}
          onChange={(event) =>
            navigate({ to: '/gateway', search: { step: event.currentTarget.value as Step } })
          }
        />
      </div>
      {found.isPending && <Skeleton rows={6} height={48} />}
      {found.isError && !found.data && (
        <ErrorNotice title={say.failed} error={found.error} retry={() => found.refetch()} />
      )}
      {found.data && <Shown statistics={found.data} step={step} />}
    </section>
  )
}

function dayBefore(days: number): string {
  return new Date(Date.now() - days * DAY).toISOString().slice(0, 10)
}

const PLACES = { task: 'tasks', endpoint: 'endpoints', machine: 'machines', api: 'apis' } as const

function Shown({ statistics, step }: { statistics: Statistics; step: Step }) {
  const say = words.gateway
  const { counts, series, callers, targets } = statistics
  return (
    <>
      <ul className="grid grid-cols-2 gap-4 md:grid-cols-4">
        {(Object.keys(PLACES) as (keyof typeof PLACES)[]).map((kind) => (
          <li key={kind}>
            <Link
              to="/gateway/$kind"
              params={{ kind: PLACES[kind] }}
              className="block rounded-md border p-4 hover:bg-hover"
            >
              <span className="block text-title font-semibold">{formatCount(counts[kind])}</span>
              <span className="text-muted">{say.counts[kind]}</span>
            </Link>
          </li>
        ))}
      </ul>
      {series.length === 0 ? (
        <Empty title={say.noCalls} />
      ) : (
        <>
          <div className="grid gap-6 lg:grid-cols-2">
            {(['sporadic', 'stable'] as const).map((mode) => (
              <Trend
                key={mode}
                mode={mode}
                series={series.filter((sum) => sum.mode === mode)}
                step={step}
              />
            ))}
          </div>
          <div className="grid gap-6 lg:grid-cols-2">
            <Top
              title={say.topCallers}
              rows={callers.map((sum) => ({ ...sum, name: sum.caller_name || say.anonymous }))}
            />
            <Top
              title={say.topTargets}
              rows={targets.map((sum) => ({
                ...sum,
                name: sum.mode === 'stable' ? sum.endpoint : sum.target || sum.endpoint,
              }))}
            />
          </div>
        </>
      )}
    </>
  )
}

interface TrendProps {
  mode: 'sporadic' | 'stable'
  series: Statistics['series']
  step: Step
}

function Trend({ mode, series, step }: TrendProps) {
  const say = words.gateway
  const good = timeSeries(series, step, (sum) => sum.calls - sum.failed)
  const bad = timeSeries(series, step, (sum) => sum.failed)
  const latency = timeSeries(series, step, (sum) => sum.mean_latency_ms)
  return (
    <section aria-label={say[mode]} className="flex min-w-0 flex-col gap-3 rounded-md border p-4">
      <h3 className="font-medium">{say[mode]}</h3>
      <TimeChart
        title={say[mode]}
        series={[
          { name: say.succeeded, color: 'var(--color-completed)', data: good },
          { name: say.failedCalls, color: 'var(--color-failed)', data: bad },
        ]}
        format={formatCount}
      />
      <TimeChart
        title={say.latency}
        series={[{ name: say.latency, color: 'var(--color-accent)', data: latency }]}
        format={formatNumber}
      />
    </section>
  )
}

function Top({ title, rows }: { title: string; rows: (Sum & { name: string })[] }) {
  const say = words.gateway
  return (
    <section aria-label={title} className="min-w-0">
      <h3 className="pb-2 font-medium">{title}</h3>
      <table className="w-full border-collapse">
        <thead>
          <tr className="h-8 border-b text-left text-small text-muted">
            <th scope="col" className="pr-2 font-medium">
              {say.what}
            </th>
            <th scope="col" className="px-2 text-right font-medium">
              {say.callsCount}
            </th>
            <th scope="col" className="px-2 text-right font-medium">
              {say.failures}
            </th>
            <th scope="col" className="pl-2 text-right font-medium">
              {say.meanLatency}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.name} className="h-8 border-b">
              <td className="max-w-0 w-full truncate pr-2" title={row.name}>
                {row.name}
              </td>
              <td className="px-2 text-right">{formatCount(row.calls)}</td>
              <td className="px-2 text-right">{formatCount(row.failed)}</td>
              <td className="pl-2 text-right">{formatNumber(row.mean_latency_ms)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
