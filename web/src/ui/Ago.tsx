import { NO_VALUE } from '../format/number'
import { formatAge, formatMoment, readMoment } from '../format/time'
import { useNow } from './now'

/** How long ago a date of the wire was; the moment itself on hover. */
export function Ago({ date }: { date: string | undefined }) {
  const now = useNow()
  const moment = readMoment(date)
  if (!moment) return <span className="text-muted">{NO_VALUE}</span>
  return (
    <time dateTime={moment.toISOString()} title={formatMoment(moment)}>
      {formatAge(moment, now)}
    </time>
  )
}
