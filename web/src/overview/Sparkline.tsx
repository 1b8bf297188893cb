import type { Series } from '../api/events'

/** In pixels. */
export const SPARKLINE_WIDTH = 160
const HEIGHT = 36

/** A series' course without axes; what it says in numbers stands beside it. */
export function Sparkline({ series }: { series: Series }) {
  const points = series.y
    .map((y, at) => ({ x: series.x[at] ?? at, y }))
    .filter((point): point is { x: number; y: number } => point.y !== null)
  const first = points[0]
  const last = points.at(-1)
  if (!first || !last) return null
  const ys = points.map(({ y }) => y)
  const least = ys.reduce((a, b) => Math.min(a, b))
  const greatest = ys.reduce((a, b) => Math.max(a, b))
  const spanX = last.x - first.x || 1
  const spanY = greatest - least || 1
  const path = points
    .map(({ x, y }, at) => {
      const left = ((x - first.x) / spanX) * (SPARKLINE_WIDTH - 4) + 2
      const top = HEIGHT - 3 - ((y - least) / spanY) * (HEIGHT - 6)
      return `${at === 0 ? 'M' : 'L'}${left.toFixed(1)} ${top.toFixed(1)}`
    })
    .join('')
  return (
    <svg
      viewBox={`0 0 ${SPARKLINE_WIDTH} ${HEIGHT}`}
      className="h-9 w-40 shrink-0 text-accent"
      aria-hidden="true"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinejoin="round"
    >
      <path d={path} />
    </svg>
  )
}
