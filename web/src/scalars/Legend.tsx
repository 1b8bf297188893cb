import { type Ref, useImperativeHandle, useRef } from 'react'
import { formatNumber } from '../format/number'
import { words } from '../words'
import { ColorPicker } from './ColorPicker'
import type { ChartSeries } from './charts'

/** Lets the chart write values without drawing the page anew at every movement of the mouse. */
export interface LegendHandle {
  /** Values of the lines that are not hidden, in their order; null shows the last ones again. */
  show: (values: (number | null)[] | null) => void
}

interface LegendProps {
  ref: Ref<LegendHandle>
  lines: ChartSeries[]
  hidden: ReadonlySet<string>
  toggle: (variant: string) => void
}

/** The variants with their colours and values; a click hides one in all charts. */
export function Legend({ ref, lines, hidden, toggle }: LegendProps) {
  const list = useRef<HTMLUListElement>(null)
  useImperativeHandle(ref, () => ({
    show: (values) => {
      const shown = lines.filter((line) => !hidden.has(line.variant))
      const places = list.current?.querySelectorAll('[data-value]') ?? []
      for (const [at, place] of places.entries()) {
        const line = shown[at]
        place.textContent = formatNumber(values ? values[at] : line && lastValue(line))
      }
    },
  }))
  return (
    <ul
      ref={list}
      aria-label={words.scalars.series}
      className="mt-1 flex max-h-18 flex-wrap gap-x-3 overflow-y-auto text-small"
    >
      {lines.map((line) => {
        const off = hidden.has(line.variant)
        return (
          <li key={line.variant} className="flex max-w-full min-w-0 items-center">
            <ColorPicker line={line} off={off} />
            <button
              type="button"
              aria-pressed={!off}
              title={off ? words.scalars.show(line.variant) : words.scalars.hide(line.variant)}
              className="flex h-6 min-w-0 items-center gap-1.5 rounded-md px-1 -outline-offset-2 hover:bg-hover"
              onClick={() => toggle(line.variant)}
            >
              <span className={`truncate ${off ? 'text-muted line-through' : ''}`}>
                {line.variant || words.scalars.noName}
              </span>
              {!off && (
                <span
                  data-value
                  className="h-4 w-[8ch] shrink-0 text-left text-muted [contain:size_layout]"
                >
                  {formatNumber(lastValue(line))}
                </span>
              )}
            </button>
          </li>
        )
      })}
    </ul>
  )
}

function lastValue({ series }: ChartSeries): number | null | undefined {
  return series.y.at(-1)
}
