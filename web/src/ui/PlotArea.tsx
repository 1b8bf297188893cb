import type { ReactNode } from 'react'
import { formatNumber } from '../format/number'
import { niceTicks } from '../format/ticks'
import { formatClock, formatDate } from '../format/time'
import { useWidth } from './useWidth'

const LEFT = 56
const RIGHT = 12
const TOP = 8
const BOTTOM = 24
const DAY = 24 * 3_600_000

type Range = readonly [min: number, max: number]

/** From values to pixels. */
export interface Scales {
  x: (moment: number) => number
  y: (value: number) => number
}

interface PlotAreaProps {
  /** What the plot shows, for those who do not see it. */
  label: string
  height: number
  /** Milliseconds since 1970. */
  x: Range
  y: Range
  format?: (value: number) => string
  /** What is drawn can be followed or pressed: then it is no picture. */
  interactive?: boolean
  children: (scales: Scales) => ReactNode
}

/** A small plot over time: grid, axes, and whatever is drawn into it. For hundreds of points, not thousands. */
export function PlotArea({
  label,
  height,
  x,
  y,
  format = formatNumber,
  interactive,
  children,
}: PlotAreaProps) {
  const [element, width] = useWidth<HTMLDivElement>()
  const scales: Scales = {
    x: (moment) => LEFT + ((moment - x[0]) / (x[1] - x[0])) * (width - LEFT - RIGHT),
    y: (value) => height - BOTTOM - ((value - y[0]) / (y[1] - y[0])) * (height - TOP - BOTTOM),
  }
  return (
    <div ref={element} style={{ height }}>
      {width > 0 && (
        <svg
          width={width}
          height={height}
          role={interactive ? 'group' : 'img'}
          aria-label={label}
          className="block text-small"
        >
          {niceTicks(y[0], y[1], 4).map((value) => (
            <g key={value}>
              <line
                x1={LEFT}
                x2={width - RIGHT}
                y1={scales.y(value)}
                y2={scales.y(value)}
                className="stroke-line"
              />
              <text
                x={LEFT - 8}
                y={scales.y(value)}
                dy="0.32em"
                textAnchor="end"
                className="fill-muted"
              >
                {format(value)}
              </text>
            </g>
          ))}
          {momentsOf(x, width).map((moment) => (
            <text
              key={moment}
              x={scales.x(moment)}
              y={height - 6}
              textAnchor="middle"
              className="fill-muted"
            >
              {x[1] - x[0] > 2 * DAY
                ? formatDate(new Date(moment))
                : formatClock(new Date(moment)).slice(0, 5)}
            </text>
          ))}
          {children(scales)}
        </svg>
      )}
    </div>
  )
}

/** Moments to label, as many as have room. */
function momentsOf([from, to]: Range, width: number): number[] {
  const count = Math.max(1, Math.floor((width - LEFT - RIGHT) / 110))
  return Array.from({ length: count }, (_, at) => from + ((at + 0.5) / count) * (to - from))
}
