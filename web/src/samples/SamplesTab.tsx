import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'
import { type SampleEvent, sampleMetricsQuery, samplesQuery } from '../api/events'
import { isActive } from '../api/status'
import { useTask } from '../task/taskContext'
import { useFreshWith } from '../task/useFreshWith'
import { useTabSearch } from '../task/useTabSearch'
import { Select } from '../ui/Field'
import { Empty, ErrorNotice, Skeleton } from '../ui/Notices'
import { words } from '../words'
import { mergePages } from './rows'
import { SamplesGrid } from './SamplesGrid'
import { SampleViewer } from './SampleViewer'
import type { SamplesSearch } from './search'

/** What a task reported to be looked at or listened to, by iteration. */
export function SamplesTab() {
  const task = useTask()
  const [search, setSearch] = useTabSearch<SamplesSearch>()
  const metrics = useQuery(sampleMetricsQuery(task.id))
  const list = useInfiniteQuery(samplesQuery(task.id, search.of))
  useFreshWith(task, [metrics.refetch, list.refetch])
  const iterations = useMemo(
    () => mergePages((list.data?.pages ?? []).map((page) => page.iterations)),
    [list.data],
  )
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage])

  if (list.isPending) return <Skeleton rows={4} height={120} />
  if (!list.data) {
    return (
      <ErrorNotice title={words.samples.failed} error={list.error} retry={() => list.refetch()} />
    )
  }
  if (iterations.length === 0 && !search.of) {
    return <Empty title={isActive(task.status) ? words.samples.noneYet : words.samples.none} />
  }
  const names = metrics.data ?? []
  const open = ({ metric, variant, iter }: SampleEvent) =>
    setSearch({ sample: metric, variant: variant || undefined, iter: String(iter) })
  return (
    <>
      <div className="flex min-h-10 shrink-0 items-center gap-3 border-b px-4 py-1.5">
        <Select
          aria-label={words.samples.metric}
          className="w-64 max-w-full"
          value={search.of ?? ''}
          onChange={({ target }) => setSearch({ of: target.value || undefined })}
          options={[
            { value: '', label: words.samples.allMetrics },
            ...names.map((name) => ({ value: name, label: name })),
          ]}
        />
      </div>
      {iterations.length === 0 && <Empty title={words.samples.noneOfMetric} />}
      <SamplesGrid
        iterations={iterations}
        withMetric={!search.of && names.length > 1}
        open={open}
        loadMore={loadMore}
      />
      {search.sample !== undefined && (
        <SampleViewer
          samples={iterations.flatMap((iteration) => iteration.events)}
          shown={{
            metric: search.sample,
            variant: search.variant ?? '',
            iter: Number(search.iter),
          }}
          open={open}
          close={() => setSearch({ sample: undefined, variant: undefined, iter: undefined })}
          loadMore={loadMore}
          loading={list.isFetching || hasNextPage}
        />
      )}
    </>
  )
}
