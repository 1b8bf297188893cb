import { Select } from '../ui/Field'
import { words } from '../words'
import { DEFAULT_PERIOD, PERIODS, type Period } from './search'

interface PeriodSelectProps {
  period: Period | undefined
  setPeriod: (period: Period | undefined) => void
}

/** How far the charts of a page look back. */
export function PeriodSelect({ period, setPeriod }: PeriodSelectProps) {
  const say = words.workers
  const known = Object.keys(PERIODS) as Period[]
  const choose = (value: string) =>
    setPeriod(known.find((each) => each === value && each !== DEFAULT_PERIOD))
  return (
    <Select
      aria-label={say.period}
      className="w-28 [&>select]:h-7"
      value={period ?? DEFAULT_PERIOD}
      onChange={(event) => choose(event.target.value)}
      options={known.map((each) => ({ value: each, label: say.periods[each] }))}
    />
  )
}
