import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { callsQuery, callsTable, choicesQuery, type GatewayCall } from '../api/gateway'
import { formatNumber, NO_VALUE } from '../format/number'
import { Ago } from '../ui/Ago'
import { buttonLook } from '../ui/Button'
import { Input, Select } from '../ui/Field'
import { Empty, ErrorNotice, Skeleton } from '../ui/Notices'
import { words } from '../words'
import { Outcome } from './Outcome'
import { Pager } from './Pager'
import type { CallsSearch } from './search'

const SIZE = 50

/** The record of calls, newest first, with filters. */
export function CallsTab() {
  const say = words.gateway
  const search = useSearch({ from: '/frame/gateway/calls' })
  const navigate = useNavigate()
  const { page: shown, ...filter } = search
  const page = Number(shown ?? 0) || 0
  const list = useQuery({
    ...callsQuery({ ...filter, page, page_size: SIZE }),
    placeholderData: keepPreviousData,
  })
  const go = (change: CallsSearch) =>
    navigate({
      to: '/gateway/calls',
      search: { ...search, page: undefined, ...change },
      replace: true,
    })
  return (
    <section aria-labelledby="calls" className="flex w-full flex-col gap-4 p-6">
      <div className="flex flex-wrap items-center gap-2">
        <h2 id="calls" className="mr-auto text-title font-medium">
          {say.calls}
        </h2>
        <Filters search={search} go={go} />
        <a href={callsTable(filter)} download className={buttonLook('plain')}>
          {say.export}
        </a>
      </div>
      {list.isPending && <Skeleton rows={8} height={32} />}
      {list.isError && !list.data && (
        <ErrorNotice title={say.failed} error={list.error} retry={() => list.refetch()} />
      )}
      {list.data?.items.length === 0 && <Empty title={say.noCalls} />}
      {list.data && list.data.items.length > 0 && <Table calls={list.data.items} />}
      <Pager
        page={page}
        size={SIZE}
        total={list.data?.total ?? 0}
        go={(to) => go({ page: String(to) })}
      />
    </section>
  )
}

function Filters({ search, go }: { search: CallsSearch; go: (change: CallsSearch) => void }) {
  const say = words.gateway
  const apis = useQuery(choicesQuery('apis')).data?.items ?? []
  const all = (label: string) => ({ value: '', label })
  return (
    <>
      <Input
        aria-label={say.caller}
        placeholder={say.caller}
        defaultValue={search.caller_name}
        className="!w-32"
        onChange={(event) => go({ caller_name: event.currentTarget.value })}
      />
      <Select
        aria-label={say.fields.mode}
        value={search.mode ?? ''}
        options={[
          all(say.allModes),
          { value: 'sporadic', label: say.sporadic },
          { value: 'stable', label: say.stable },
        ]}
        onChange={(event) => go({ mode: event.currentTarget.value })}
      />
      <Select
        aria-label={say.status}
        value={search.ok ?? ''}
        options={[
          all(say.allOutcomes),
          { value: 'true', label: say.succeeded },
          { value: 'false', label: say.failedCalls },
        ]}
        onChange={(event) => go({ ok: event.currentTarget.value })}
      />
      {apis.length > 0 && (
        <Select
          aria-label={say.fields.api}
          value={search.api ?? ''}
          options={[
            all(say.kinds.apis.many),
            ...apis.map((api) => ({ value: api.id, label: String(api.path) })),
          ]}
          onChange={(event) => go({ api: event.currentTarget.value })}
        />
      )}
      <Input
        type="date"
        aria-label={say.from}
        className="!w-36"
        value={search.from ?? ''}
        onChange={(event) => go({ from: event.currentTarget.value })}
      />
      <Input
        type="date"
        aria-label={say.to}
        className="!w-36"
        value={search.to ?? ''}
        onChange={(event) => go({ to: event.currentTarget.value })}
      />
    </>
  )
}

function Table({ calls }: { calls: GatewayCall[] }) {
  const say = words.gateway
  const heads = [
    say.time,
    say.status,
    say.fields.mode,
    say.what,
    say.caller,
    say.address,
    say.latencyMs,
  ]
  return (
    <div className="overflow-x-auto">
      <table className="w-full min-w-160 border-collapse">
        <thead>
          <tr className="h-8 border-b text-left text-small text-muted">
            {heads.map((head) => (
              <th key={head} scope="col" className="px-2 font-medium first:pl-0">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {calls.map((call) => (
            <tr key={call.id} className="h-8 border-b hover:bg-hover">
              <td className="px-2 pl-0 whitespace-nowrap">
                <Link
                  to="/gateway/calls/$callId"
                  params={{ callId: call.id }}
                  className="text-accent hover:underline"
                >
                  <Ago date={call.time} />
                </Link>
              </td>
              <td className="px-2">
                <Outcome call={call} />
              </td>
              <td className="px-2">{call.mode}</td>
              <td className="max-w-72 truncate px-2" title={`${call.target} ${call.endpoint}`}>
                {call.endpoint || call.target || NO_VALUE}
              </td>
              <td className="max-w-40 truncate px-2">
                {call.caller_name || <span className="text-muted">{say.anonymous}</span>}
              </td>
              <td className="px-2 font-mono text-small text-muted">{call.address}</td>
              <td className="px-2">{formatNumber(call.latency_ms)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
