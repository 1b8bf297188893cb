import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { callQuery, type GatewayCall } from '../api/gateway'
import { formatNumber } from '../format/number'
import { formatMoment, readMoment } from '../format/time'
import { CopyButton } from '../ui/CopyButton'
import { Fact, Facts } from '../ui/Facts'
import { ErrorNotice, Skeleton } from '../ui/Notices'
import { Snippet } from '../ui/Snippet'
import { words } from '../words'
import { Outcome } from './Outcome'

/** One call with everything that is known of it. */
export function CallTab() {
  const say = words.gateway
  const { callId } = useParams({ from: '/frame/gateway/calls/$callId' })
  const found = useQuery(callQuery(callId))
  return (
    <section className="flex max-w-4xl flex-col gap-6 p-6">
      <h2 className="flex items-center gap-1 text-title font-medium">
        {say.call} <span className="font-mono text-table">{callId}</span>
        <CopyButton text={callId} label={say.copyPayload} />
      </h2>
      {found.isPending && <Skeleton rows={8} height={32} />}
      {found.isError && (
        <ErrorNotice title={say.failed} error={found.error} retry={() => found.refetch()} />
      )}
      {found.data && <Shown call={found.data} />}
    </section>
  )
}

function Shown({ call }: { call: GatewayCall }) {
  const say = words.gateway
  const moment = readMoment(call.time)
  const clone = call.clone
  return (
    <>
      <Facts>
        <Fact name={say.time}>{moment && formatMoment(moment)}</Fact>
        <Fact name={say.status}>
          <Outcome call={call} />
        </Fact>
        <Fact name={say.error}>{call.error}</Fact>
        <Fact name={say.fields.mode}>{call.mode}</Fact>
        <Fact name={say.caller}>{call.caller_name || say.anonymous}</Fact>
        <Fact name={say.address}>{call.address}</Fact>
        <Fact name={call.mode === 'stable' ? say.fields.endpoint : say.fields.queue}>
          {call.endpoint}
        </Fact>
        <Fact name={say.fields.target}>{call.target}</Fact>
        <Fact name={say.clone}>
          {clone && (
            <Link
              to="/tasks/$taskId"
              params={{ taskId: clone }}
              className="text-accent hover:underline"
            >
              {clone}
            </Link>
          )}
          {call.shared && <span className="text-muted">{say.shared}</span>}
        </Fact>
        <Fact name={say.ended}>{call.ended}</Fact>
        <Fact name={say.latency}>{formatNumber(call.latency_ms)}</Fact>
        <Fact name={say.compute}>
          {call.compute_ms > 0 && `${formatNumber(call.compute_ms / 1000)} s`}
        </Fact>
        <Fact name={say.sizes}>{`${call.request_size} B, ${call.answer_size} B`}</Fact>
      </Facts>
      <Payload title={say.request} value={call.request} />
      <Payload title={say.answer} value={call.answer} />
    </>
  )
}

function Payload({ title, value }: { title: string; value: unknown }) {
  const say = words.gateway
  return (
    <section aria-label={title} className="flex flex-col gap-2">
      <h3 className="font-medium">{title}</h3>
      {value === null || value === undefined ? (
        <p className="text-muted">{say.notKept}</p>
      ) : (
        <Snippet text={JSON.stringify(value, null, 2)} copy={say.copyPayload} />
      )}
    </section>
  )
}
