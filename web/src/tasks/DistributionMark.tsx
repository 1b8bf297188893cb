import type { Distribution } from './distribution'

const WIDTH = 48
const HEIGHT = 14

/** A distribution as small as a word. */
export function DistributionMark({ distribution }: { distribution: Distribution | undefined }) {
  if (!distribution) return null
  const { bars, text } = distribution
  const step = WIDTH / bars.length
  return (
    <svg
      width={WIDTH}
      height={HEIGHT}
      role="img"
      aria-label={text}
      className="ml-auto shrink-0 fill-line-strong"
    >
      <title>{text}</title>
      {bars.map((height, at) => (
        <rect
          // biome-ignore lint/suspicious/noArrayIndexKey: bars have no identity but their place
          key={at}
          x={at * step}
          y={HEIGHT - height * HEIGHT}
          width={Math.max(1, step - 1)}
          height={height * HEIGHT}
        />
      ))}
    </svg>
  )
}
