import type { SingleValue } from '../api/events'
import { formatNumber } from '../format/number'
import { metricLabel } from '../tasks/metrics'
import { words } from '../words'

/** Values reported once: a small table above the charts. */
export function SingleValues({ values }: { values: SingleValue[] }) {
  return (
    <section className="mt-5">
      <h2 className="mb-1 font-semibold">{words.scalars.singleValues}</h2>
      <table className="w-full max-w-xl table-fixed text-left">
        <thead className="text-small text-muted">
          <tr className="h-8 border-b">
            <th className="w-2/3 font-normal">{words.scalars.name}</th>
            <th className="text-right font-normal">{words.scalars.value}</th>
          </tr>
        </thead>
        <tbody>
          {values.map((item) => (
            <tr key={`${item.metric}\n${item.variant}`} className="h-8 border-b">
              <td className="truncate pr-4" title={`${item.metric} ${item.variant}`}>
                {metricLabel(item)}
              </td>
              <td className="truncate text-right" title={String(item.value ?? '')}>
                {formatNumber(item.value)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
