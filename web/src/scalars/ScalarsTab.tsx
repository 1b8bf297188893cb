import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import { type Outlines, outlinesQuery, singleValuesQuery } from '../api/events'
import { usePreference } from '../api/preferences'
import { isActive } from '../api/status'
import { useTask } from '../task/taskContext'
import { useFreshWith } from '../task/useFreshWith'
import { useTabSearch } from '../task/useTabSearch'
import { Empty, ErrorNotice, Skeleton } from '../ui/Notices'
import { words } from '../words'
import { ChartGrid } from './ChartGrid'
import { type ChartGroup, chartGroups } from './charts'
import { FullChart } from './FullChart'
import { MetricList } from './MetricList'
import type { PlotView } from './plot'
import { PER_ROW, type PerRow, ScalarsBar } from './ScalarsBar'
import { SingleValues } from './SingleValues'
import { hiddenIn, type ScalarsSearch, toggleHidden, writeHidden } from './search'
import { readSmoothing } from './smoothing'
import { useSeriesColors } from './useSeriesColors'
import { ValuesTable } from './ValuesTable'

const readPerRow = (stored: unknown): PerRow => PER_ROW.find((each) => each === stored) ?? 'auto'
const readList = (stored: unknown) => stored === true

/** A task's series as charts that share cursor, zoom and hidden variants, and its single values. */
export function ScalarsTab() {
  const task = useTask()
  const client = useQueryClient()
  const [search, setSearch] = useTabSearch<ScalarsSearch>()
  const [perRow, setPerRow] = usePreference('scalars.perRow', readPerRow)
  const [list, setList] = usePreference('scalars.list', readList)
  const say = words.scalars

  const outlines = useQuery(outlinesQuery(task.id))
  const single = useQuery(singleValuesQuery(task.id))
  useFreshWith(task, [
    () => client.invalidateQueries({ queryKey: ['scalars', task.id] }),
    single.refetch,
  ])

  const [colors] = useSeriesColors()
  const bySeries = search.charts === 'series'
  const groups = useMemo(
    () => chartGroups(outlines.data ?? {}, { bySeries, colors }),
    [outlines.data, bySeries, colors],
  )
  const found = useMemo(() => withName(groups, search.metric), [groups, search.metric])
  const view = useView(search, outlines.data)

  if (outlines.isPending || single.isPending) return <Skeleton rows={6} height={60} />
  if (!outlines.data) {
    return <ErrorNotice title={say.failed} error={outlines.error} retry={outlines.refetch} />
  }
  const values = single.data ?? []
  if (groups.length === 0 && values.length === 0) {
    return <Empty title={isActive(task.status) ? say.noneYet : say.none} />
  }
  const hidden = hiddenIn(search.hide)
  const off = hiddenIn(search.off)
  const toggle = (variant: string) => setSearch({ hide: toggleHidden(search.hide, variant) })
  const full = groups.flatMap(({ charts }) => charts).find(({ id }) => id === search.full)
  const shown = found
    .map((group) => ({ ...group, charts: group.charts.filter(({ id }) => !off.has(id)) }))
    .filter(({ charts }) => charts.length > 0)
  const asValues = search.view === 'values'
  return (
    <div className="@container flex min-h-0 grow flex-col">
      <ScalarsBar {...{ search, setSearch, perRow, setPerRow, list, setList }} />
      <div className="flex min-h-0 grow">
        {list && !asValues && (
          <MetricList
            groups={found}
            off={off}
            setOff={(next) => setSearch({ off: writeHidden(next) })}
          />
        )}
        <section
          aria-label={say.title}
          tabIndex={0}
          className="min-h-0 min-w-0 grow overflow-auto px-4 pb-12"
        >
          {single.isError && (
            <ErrorNotice
              title={say.singleFailed}
              error={single.error}
              retry={() => single.refetch()}
            />
          )}
          {values.length > 0 && <SingleValues values={values} />}
          {found.length === 0 && groups.length > 0 && !asValues && <Empty title={say.noMatch} />}
          {found.length > 0 && shown.length === 0 && !asValues && (
            <Empty title={say.allHidden}>
              <button
                type="button"
                className="text-accent underline underline-offset-2"
                onClick={() => setSearch({ off: undefined })}
              >
                {say.showAll}
              </button>
            </Empty>
          )}
          {asValues ? (
            <ValuesTable
              metrics={task.last_metrics ?? {}}
              sought={search.metric ?? ''}
              name={task.name}
            />
          ) : (
            <ChartGrid {...{ groups: shown, perRow, view, search, setSearch, hidden, toggle }} />
          )}
        </section>
      </div>
      {full && <FullChart chart={full} {...{ view, search, setSearch, hidden, toggle }} />}
    </div>
  )
}

/** How charts are drawn, as the address says; the same object until that changes. */
function useView(
  { x, smooth, raw, log, outliers }: ScalarsSearch,
  outlines: Outlines = {},
): PlotView {
  const origin = useMemo(() => firstMoment(outlines), [outlines])
  return useMemo(
    () => ({
      axis: x ?? 'iteration',
      origin,
      smoothing: readSmoothing(smooth),
      raw: raw === undefined,
      log: log === '1',
      ignoreOutliers: outliers === '0',
    }),
    [x, origin, smooth, raw, log, outliers],
  )
}

function withName(groups: ChartGroup[], text: string | undefined): ChartGroup[] {
  if (!text) return groups
  const sought = text.toLowerCase()
  return groups
    .map(({ name, charts }) => ({
      name,
      charts: charts.filter((chart) => chart.title.toLowerCase().includes(sought)),
    }))
    .filter((group) => group.charts.length > 0)
}

/** When the first point was reported, from which the time axis counts. */
function firstMoment(outlines: Outlines): number {
  const all = Object.values(outlines).flatMap((variants) => Object.values(variants))
  return all.reduce((first, outline) => Math.min(first, outline.first), Number.POSITIVE_INFINITY)
}
