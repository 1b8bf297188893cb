import type { TimeSeries } from '../api/workers'
import { formatNumber } from '../format/number'
import { formatMoment } from '../format/time'
import { PlotArea } from '../ui/PlotArea'

interface TimeChartProps {
  title: string
  series: { name: string; color: string; data: TimeSeries }[]
  format?: (value: number) => string
}

/** One or a few lines over time, from zero up. The last value of each is said beside its name. */
export function TimeChart({ title, series, format = formatNumber }: TimeChartProps) {
  const dates = series.flatMap(({ data }) => data.dates)
  const highest = Math.max(0, ...series.flatMap(({ data }) => data.values))
  const from = Math.min(...dates)
  const to = Math.max(...dates)
  const now = (data: TimeSeries) => format(data.values.at(-1) ?? 0)
  return (
    <figure className="min-w-0">
      <figcaption className="flex flex-wrap gap-x-4 pb-1 text-small">
        {series.length === 1 && <span className="font-medium">{title}</span>}
        {series.map(({ name, color, data }) => (
          <span key={name} className="inline-flex items-center gap-1.5 text-muted">
            {series.length > 1 && (
              <>
                <Dash color={color} /> {name}
              </>
            )}
            <span className="text-text">{now(data)}</span>
          </span>
        ))}
      </figcaption>
      {dates.length > 1 && (
        <PlotArea
          label={`${title}: ${series.map(({ name, data }) => `${name} ${now(data)}`).join(', ')}`}
          height={150}
          x={[from, to]}
          y={[0, highest * 1.1 || 1]}
          format={format}
        >
          {({ x, y }) =>
            series.map(({ name, color, data }) => (
              <path
                key={name}
                d={pathOf(data, x, y)}
                fill="none"
                stroke={color}
                strokeWidth={1.5}
                strokeLinejoin="round"
              >
                <title>{`${name}, ${formatMoment(new Date(from))} – ${formatMoment(new Date(to))}`}</title>
              </path>
            ))
          }
        </PlotArea>
      )}
    </figure>
  )
}

function Dash({ color }: { color: string }) {
  return <span aria-hidden="true" className="h-0.5 w-3" style={{ background: color }} />
}

function pathOf({ dates, values }: TimeSeries, x: (v: number) => number, y: (v: number) => number) {
  return dates
    .map(
      (date, at) => `${at === 0 ? 'M' : 'L'}${x(date).toFixed(1)} ${y(values[at] ?? 0).toFixed(1)}`,
    )
    .join('')
}
