import * as Popover from '@radix-ui/react-popover'
import { useState } from 'react'
import { Button } from '../ui/Button'
import { MENU } from '../ui/Menu'
import { words } from '../words'
import type { ChartSeries } from './charts'
import { PALETTE_SIZE } from './colors'
import { useSeriesColors } from './useSeriesColors'

interface ColorPickerProps {
  line: ChartSeries
  /** The line is hidden. */
  off: boolean
}

/** A line's look in the legend; a click lets one choose its colour in all charts. */
export function ColorPicker({ line, off }: ColorPickerProps) {
  const [open, setOpen] = useState(false)
  const name = words.scalars.colorOf(line.variant || words.scalars.noName)
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger
        aria-label={name}
        title={name}
        className="grid size-6 shrink-0 place-items-center rounded-md -outline-offset-2 hover:bg-hover"
      >
        <svg viewBox="0 0 16 4" className="h-1 w-4" aria-hidden="true">
          <path
            d="M0 2h16"
            stroke={off ? 'var(--line-strong)' : `var(--series-${line.color})`}
            strokeWidth="2.5"
            strokeDasharray={line.dash.join(' ')}
          />
        </svg>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content align="start" sideOffset={4} aria-label={name} className={MENU}>
          <Colors line={line} close={() => setOpen(false)} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

function Colors({ line, close }: { line: ChartSeries; close: () => void }) {
  const [colors, setColor] = useSeriesColors()
  const say = words.scalars
  const choose = (color: number | undefined) => {
    setColor(line.variant, color)
    close()
  }
  return (
    <>
      <div className="grid grid-cols-6">
        {Array.from({ length: PALETTE_SIZE }, (_, color) => (
          <Button
            // biome-ignore lint/suspicious/noArrayIndexKey: a colour is its index
            key={color}
            kind="icon"
            aria-label={say.color(String(color + 1))}
            aria-pressed={color === line.color}
            className="aria-pressed:bg-tint"
            onClick={() => choose(color)}
          >
            <span
              className="size-4 rounded-full"
              style={{ background: `var(--series-${color})` }}
            />
          </Button>
        ))}
      </div>
      {colors.has(line.variant) && (
        <Button kind="quiet" className="mt-1 w-full" onClick={() => choose(undefined)}>
          {say.ownColor}
        </Button>
      )}
    </>
  )
}
