import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { type PlotEvent, plotsQuery } from '../api/events'
import { isActive } from '../api/status'
import { byName } from '../format/order'
import { FilterField } from '../task/FilterField'
import { useTask } from '../task/taskContext'
import { useFreshWith } from '../task/useFreshWith'
import { useTabSearch } from '../task/useTabSearch'
import { Select } from '../ui/Field'
import { Empty, ErrorNotice, Skeleton } from '../ui/Notices'
import { words } from '../words'
import { PlotCard, plotName } from './PlotCard'
import { PlotViewer } from './PlotViewer'
import { ITERATIONS, type PlotsSearch } from './search'

const CARD_HEIGHT = 320

/** What a task plotted: the latest of each, by metric. */
export function PlotsTab() {
  const task = useTask()
  const [search, setSearch] = useTabSearch<PlotsSearch>()
  const plots = useQuery(plotsQuery(task.id, Number(search.iters ?? 1)))
  useFreshWith(task, [plots.refetch])
  const shown = useMemo(
    () => plotsCalled(plots.data ?? [], search.metric ?? ''),
    [plots.data, search.metric],
  )

  if (plots.isPending) return <Skeleton rows={4} height={90} />
  if (!plots.data) {
    return (
      <ErrorNotice title={words.plots.failed} error={plots.error} retry={() => plots.refetch()} />
    )
  }
  if (plots.data.length === 0) {
    return <Empty title={isActive(task.status) ? words.plots.noneYet : words.plots.none} />
  }
  const metrics = [...new Set(shown.map(({ metric }) => metric))]
  return (
    <>
      <div className="flex min-h-10 shrink-0 flex-wrap items-center gap-3 border-b px-4 py-1.5">
        <FilterField
          label={words.plots.filter}
          value={search.metric ?? ''}
          setValue={(metric) => setSearch({ metric: metric || undefined })}
        />
        <Select
          slim
          aria-label={words.plots.iterations}
          className="w-48"
          value={search.iters ?? '1'}
          onChange={({ target }) =>
            setSearch({ iters: target.value === '1' ? undefined : target.value })
          }
          options={ITERATIONS.map((value) => ({
            value,
            label: value === '1' ? words.plots.latest : words.plots.latestMany(value),
          }))}
        />
      </div>
      <section
        aria-label={words.plots.title}
        tabIndex={0}
        className="min-h-0 grow overflow-auto px-4 pb-12"
      >
        {shown.length === 0 && <Empty title={words.plots.noMatch} />}
        <div className="mt-3 grid grid-cols-[repeat(auto-fill,minmax(min(420px,100%),1fr))] gap-x-6 gap-y-5">
          {shown.map((plot) => (
            <PlotCard
              key={`${plot.metric}\n${plot.variant}\n${plot.iter}`}
              plot={plot}
              height={CARD_HEIGHT}
              enlarge={() => setSearch({ plot: plot.metric, iter: String(plot.iter) })}
            />
          ))}
        </div>
      </section>
      {search.plot !== undefined && (
        <PlotViewer
          task={task.id}
          metric={search.plot}
          iteration={search.iter === undefined ? undefined : Number(search.iter)}
          metrics={metrics}
          show={setSearch}
        />
      )}
    </>
  )
}

/** The plots whose names contain the words, by metric and variant, the newest iteration first. */
function plotsCalled(plots: PlotEvent[], sought: string): PlotEvent[] {
  const wanted = sought.toLowerCase()
  return plots
    .filter((plot) => plotName(plot).toLowerCase().includes(wanted))
    .sort((a, b) => byName(plotName(a), plotName(b)) || b.iter - a.iter)
}
