import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type Lookback, USE_METRICS, type UseMetric, workerUseQuery } from '../api/workers'
import { formatBytes } from '../format/bytes'
import { formatNumber } from '../format/number'
import { buttonLook } from '../ui/Button'
import { ErrorNotice, Skeleton } from '../ui/Notices'
import { words } from '../words'
import { TimeChart } from './TimeChart'

const MEBIBYTE = 1024 ** 2

/** The wire counts memory, network and disk in mebibytes. */
const inBytes = (value: number) => formatBytes(value * MEBIBYTE)

const FORMATS: Record<UseMetric, (value: number) => string> = {
  cpu_usage: formatNumber,
  gpu_usage: formatNumber,
  memory_used: inBytes,
  gpu_memory_used: inBytes,
  network_rx: inBytes,
  network_tx: inBytes,
  disk_read: inBytes,
  disk_write: inBytes,
}

/** What one machine did over time, a small chart for each thing it reports. */
export function WorkerUse({ worker, lookback }: { worker: string; lookback: Lookback }) {
  const say = words.workers
  const { data, error, isPending, refetch } = useQuery(workerUseQuery(worker, lookback))
  return (
    <>
      {isPending && <Skeleton rows={4} height={40} />}
      {error && !data && (
        <ErrorNotice title={say.usageFailed} error={error} retry={() => refetch()} />
      )}
      {data?.size === 0 && <p className="py-4 text-muted">{say.noReports}</p>}
      {data && data.size > 0 && (
        <div className="grid gap-x-6 gap-y-4 md:grid-cols-2 xl:grid-cols-4">
          {USE_METRICS.map((metric) => {
            const series = data.get(metric)
            return (
              series && (
                <TimeChart
                  key={metric}
                  title={say.metrics[metric]}
                  series={[{ name: say.metrics[metric], color: 'var(--accent)', data: series }]}
                  format={FORMATS[metric]}
                />
              )
            )
          })}
        </div>
      )}
      <Link
        to="/workers"
        search={(before) => ({ ...before, worker: undefined })}
        className={`${buttonLook('quiet')} mt-2 -ml-2`}
      >
        {say.close}
      </Link>
    </>
  )
}
