import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { scalarsQuery, singleValuesQuery } from '../api/events'
import { isActive } from '../api/status'
import type { Task } from '../api/tasks'
import { useTask } from '../task/taskContext'
import { useFreshWith } from '../task/useFreshWith'
import { useTabSearch } from '../task/useTabSearch'
import { Empty, ErrorNotice, Skeleton } from '../ui/Notices'
import { type ChartGroup, chartGroups } from './charts'
import { ScalarChart } from './ScalarChart'
import { ScalarsBar } from './ScalarsBar'
import { SingleValues } from './SingleValues'
import { hiddenIn, type ScalarsSearch, writeHidden, writeZoom, zoomIn } from './search'

/** A task's series as charts that share cursor, zoom and hidden variants, and its single values. */
export function ScalarsTab() {
  const task = useTask()
  const [search, setSearch] = useTabSearch<ScalarsSearch>()

  const scalars = useQuery(scalarsQuery(task.id, search.x ? 'timestamp' : 'iter'))
  const single = useQuery(singleValuesQuery(task.id))
  useFreshWith(task, [scalars.refetch, single.refetch])

  const groups = useMemo(
    () => chartGroups(scalars.data ?? {}, task.last_metrics ?? {}),
    [scalars.data, task.last_metrics],
  )
  const shown = useMemo(() => withMetric(groups, search.metric), [groups, search.metric])
  const origin = useMemo(() => firstMoment(groups), [groups])

  if (scalars.isPending || single.isPending) return <Skeleton rows={6} height={60} />
  if (!scalars.data) {
    return (
      <ErrorNotice
        title="The scalars could not be read"
        error={scalars.error}
        retry={() => scalars.refetch()}
      />
    )
  }
  const values = single.data ?? []
  if (groups.length === 0 && values.length === 0) return <Empty title={nothingYet(task)} />

  const hidden = hiddenIn(search.hide)
  const toggle = (variant: string) => {
    const next = new Set(hidden)
    if (!next.delete(variant)) next.add(variant)
    setSearch({ hide: writeHidden(next) })
  }
  return (
    <>
      <ScalarsBar search={search} setSearch={setSearch} />
      <section aria-label="Scalars" tabIndex={0} className="min-h-0 grow overflow-auto px-4 pb-12">
        {single.isError && (
          <ErrorNotice
            title="The single values could not be read"
            error={single.error}
            retry={() => single.refetch()}
          />
        )}
        {values.length > 0 && <SingleValues values={values} />}
        {shown.length === 0 && groups.length > 0 && <Empty title="No metric has this name." />}
        {shown.map((group) => (
          <section key={group.name} className="mt-5">
            {group.name && <h2 className="mb-2 font-semibold">{group.name}</h2>}
            <div className="grid grid-cols-[repeat(auto-fill,minmax(min(380px,100%),1fr))] gap-x-6 gap-y-5">
              {group.charts.map((chart) => (
                <ScalarChart
                  key={chart.metric}
                  chart={chart}
                  axis={search.x ?? 'iteration'}
                  origin={origin}
                  smoothing={Number(search.smooth ?? 0)}
                  log={search.log === '1'}
                  hidden={hidden}
                  toggle={toggle}
                  zoom={zoomIn(search.zoom)}
                  setZoom={(zoom) => setSearch({ zoom: writeZoom(zoom) })}
                />
              ))}
            </div>
          </section>
        ))}
      </section>
    </>
  )
}

function withMetric(groups: ChartGroup[], words: string | undefined): ChartGroup[] {
  if (!words) return groups
  const sought = words.toLowerCase()
  return groups
    .map(({ name, charts }) => ({
      name,
      charts: charts.filter((chart) => chart.metric.toLowerCase().includes(sought)),
    }))
    .filter((group) => group.charts.length > 0)
}

/** The first point's position, from which the time axis counts. */
function firstMoment(groups: ChartGroup[]): number {
  let first = Number.POSITIVE_INFINITY
  for (const line of groups.flatMap((group) => group.charts).flatMap((chart) => chart.lines)) {
    first = Math.min(first, line.series.x[0] ?? first)
  }
  return Number.isFinite(first) ? first : 0
}

function nothingYet(task: Task): string {
  return isActive(task.status)
    ? 'No scalar has been reported yet. Charts appear here as the task reports them.'
    : 'This task reported no scalars.'
}
