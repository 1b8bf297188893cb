import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { consumptionQuery } from '../api/gateway'
import { formatCount, formatNumber } from '../format/number'
import { DataTable } from '../ui/DataTable'
import { Input } from '../ui/Field'
import { Empty, ErrorNotice, Skeleton } from '../ui/Notices'
import { words } from '../words'

/** What callers used of which API, and what they owe for it. */
export function ConsumptionTab() {
  const say = words.gateway
  const period = useSearch({ from: '/frame/gateway/consumption' })
  const navigate = useNavigate()
  const found = useQuery({ ...consumptionQuery(period), placeholderData: keepPreviousData })
  const go = (change: typeof period) =>
    navigate({ to: '/gateway/consumption', search: { ...period, ...change }, replace: true })
  return (
    <section className="flex flex-col gap-6 p-6">
      <div className="flex flex-wrap items-center gap-2">
        <h2 className="mr-auto text-title font-medium">{say.consumption}</h2>
        {(['from', 'to'] as const).map((end) => (
          <Input
            key={end}
            type="date"
            aria-label={say[end]}
            className="!w-36"
            value={period[end] ?? ''}
            onChange={(event) => go({ [end]: event.currentTarget.value })}
          />
        ))}
      </div>
      {found.isPending && <Skeleton rows={6} height={32} />}
      {found.isError && !found.data && (
        <ErrorNotice title={say.failed} error={found.error} retry={() => found.refetch()} />
      )}
      {found.data && (
        <>
          <section aria-label={say.byCaller} className="flex flex-col gap-2">
            <h3 className="font-medium">{say.byCaller}</h3>
            {found.data.used.length === 0 ? (
              <Empty title={say.noCalls} />
            ) : (
              <DataTable
                label={say.byCaller}
                height={400}
                columns={[
                  say.caller,
                  say.fields.api,
                  say.fields.target,
                  say.callsCount,
                  say.failedCalls,
                  say.computeSeconds,
                ]}
                rows={found.data.used.map((sum) => [
                  sum.caller_name || say.anonymous,
                  sum.api,
                  sum.target,
                  formatCount(sum.calls),
                  formatCount(sum.failed),
                  formatNumber(sum.compute_seconds),
                ])}
              />
            )}
          </section>
          <section aria-label={say.invoice} className="flex flex-col gap-2">
            <h3 className="font-medium">{say.invoice}</h3>
            {found.data.owed.length === 0 ? (
              <Empty title={say.noInvoice} />
            ) : (
              <DataTable
                label={say.invoice}
                height={400}
                columns={[say.caller, say.fields.api, say.fields.plan, say.charged, say.amount]}
                rows={found.data.owed.map((sum) => [
                  sum.caller_name || say.anonymous,
                  sum.api,
                  sum.plan,
                  formatCount(sum.charged_calls),
                  `${sum.amount.toFixed(2)} ${sum.currency}`,
                ])}
              />
            )}
          </section>
        </>
      )}
    </section>
  )
}
