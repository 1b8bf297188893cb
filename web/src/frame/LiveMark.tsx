import { formatAge, formatMoment } from '../format/time'
import { useNow } from '../ui/now'
import { words } from '../words'
import { useConnection } from './connection'

/** Says whether what is shown follows the server, and how old it is when it does not. */
export function LiveMark() {
  const { connected, answered } = useConnection()
  const now = useNow()
  const moment = new Date(answered)
  return (
    <span
      className="inline-flex items-center gap-1.5 text-small whitespace-nowrap text-muted"
      title={words.frame.lastAnswer(formatMoment(moment))}
    >
      <svg viewBox="0 0 8 8" className="size-2" aria-hidden="true">
        <circle
          cx="4"
          cy="4"
          r="3"
          className={connected ? 'fill-completed' : 'fill-none stroke-aborted'}
          strokeWidth="1.5"
        />
      </svg>
      {connected ? words.frame.live : words.frame.reconnecting(formatAge(moment, now))}
    </span>
  )
}
