import type { LastMetric, LastMetrics } from '../api/tasks'
import { toCsv } from '../format/csv'
import { formatCount, formatNumber } from '../format/number'
import { byName } from '../format/order'
import { Button } from '../ui/Button'
import { SaveIcon } from '../ui/icons'
import { Empty } from '../ui/Notices'
import { saveText } from '../ui/save'
import { words } from '../words'

interface ValuesTableProps {
  metrics: LastMetrics
  /** Words a metric's or variant's name must contain. */
  sought: string
  /** Name of the file it is kept as. */
  name: string
}

/** What each series began with, its extremes and its last value. */
export function ValuesTable({ metrics, sought, name }: ValuesTableProps) {
  const say = words.scalars
  const rows = rowsOf(metrics, sought)
  if (rows.length === 0) return <Empty title={say.noMatch} />
  const heads = [say.first, say.last, say.min, say.max, say.count]
  const save = () => {
    const cells = rows.map((row) => [row.metric, row.variant, ...numbersOf(row)])
    const head = [say.metric, say.variant, ...heads]
    saveText(`${name}.csv`, toCsv([head, ...cells]), 'text/csv')
  }
  return (
    <section aria-label={say.views.values} className="mt-3">
      <Button kind="quiet" onClick={save}>
        <SaveIcon />
        {say.saveTable}
      </Button>
      <table className="mt-2 w-full min-w-160 text-left">
        <thead className="text-small text-muted">
          <tr className="h-8 border-b">
            <th className="font-normal">{say.metric}</th>
            <th className="font-normal">{say.variant}</th>
            {heads.map((head) => (
              <th key={head} className="pl-4 text-right font-normal">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.metric}\n${row.variant}`} className="h-8 border-b hover:bg-hover">
              <td className="max-w-60 truncate pr-4" title={row.metric}>
                {row.metric}
              </td>
              <td className="max-w-60 truncate" title={row.variant}>
                {row.variant}
              </td>
              <Value value={row.first_value} />
              <Value value={row.value} />
              <Value value={row.min_value} iteration={row.min_value_iteration} />
              <Value value={row.max_value} iteration={row.max_value_iteration} />
              <td className="pl-4 text-right text-muted">{formatCount(row.count ?? 0)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

interface ValueProps {
  value: number | null | undefined
  iteration?: number | undefined
}

function Value({ value, iteration }: ValueProps) {
  const where = iteration === undefined ? '' : ` ${words.scalars.at(formatCount(iteration))}`
  return (
    <td className="pl-4 text-right whitespace-nowrap" title={`${value ?? ''}${where}`}>
      {formatNumber(value)}
      {iteration !== undefined && (
        <span className="ml-1.5 text-small text-muted">@ {formatCount(iteration)}</span>
      )}
    </td>
  )
}

function rowsOf(metrics: LastMetrics, sought: string): LastMetric[] {
  const wanted = sought.toLowerCase()
  return Object.values(metrics)
    .flatMap((variants) => Object.values(variants))
    .filter(({ metric, variant }) => `${metric} ${variant}`.toLowerCase().includes(wanted))
    .sort((a, b) => byName(a.metric, b.metric) || byName(a.variant, b.variant))
}

function numbersOf(row: LastMetric) {
  return [row.first_value, row.value, row.min_value, row.max_value, row.count]
}
