import type { GatewayCall } from '../api/gateway'

/** How a call went: a shape, a colour and the HTTP status. */
export function Outcome({ call }: { call: GatewayCall }) {
  const good = call.status < 400
  return (
    <span
      className={`whitespace-nowrap ${good ? 'text-completed' : 'text-failed'}`}
      title={call.error ?? undefined}
    >
      {good ? '✓' : '✕'} {call.status}
    </span>
  )
}
