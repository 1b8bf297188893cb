import { useMemo, useRef } from 'react'
import type { PlotEvent } from '../api/events'
import { toCsv } from '../format/csv'
import { formatCount } from '../format/number'
import { Button } from '../ui/Button'
import { ExpandIcon, SaveIcon } from '../ui/icons'
import { Menu, MenuItem } from '../ui/Menu'
import { messageOf } from '../ui/Notices'
import { saveAddress, saveText } from '../ui/save'
import { toast } from '../ui/toasts'
import { useSeen } from '../ui/useSeen'
import { words } from '../words'
import { readFigure } from './figure'
import type { FigureHandle } from './PlotlyFigure'
import { PlotView } from './PlotView'

interface PlotCardProps {
  plot: PlotEvent
  height: number
  /** Shows it alone, large; absent where it is shown so already. */
  enlarge?: () => void
}

/** One reported plot with its name, its iteration and what can be done with it. */
export function PlotCard({ plot, height, enlarge }: PlotCardProps) {
  const place = useRef<HTMLElement>(null)
  const { seen } = useSeen(place)
  const handle = useRef<FigureHandle>(null)
  const figure = useMemo(() => readFigure(plot.plot_str), [plot.plot_str])
  const name = plotName(plot)

  const savePicture = () =>
    handle.current?.picture().then(
      (address) => saveAddress(`${name} ${plot.iter}.png`, address),
      (error) => toast({ text: `${words.plots.pictureFailed}: ${messageOf(error)}`, failed: true }),
    )
  return (
    <figure ref={place} aria-label={name} className="group min-w-0">
      <figcaption className="mb-1 flex h-7 items-center gap-1">
        <h3 className="min-w-0 truncate font-medium normal-nums" title={name}>
          {name}
        </h3>
        <span className="mr-auto ml-2 text-small whitespace-nowrap text-muted">
          {words.plots.iteration(formatCount(plot.iter))}
        </span>
        <Menu
          align="end"
          trigger={
            <Button kind="icon" aria-label={`${words.task.save} ${name}`} title={words.task.save}>
              <SaveIcon />
            </Button>
          }
        >
          {figure.kind === 'plotly' && (
            <MenuItem onSelect={savePicture}>{words.plots.savePicture}</MenuItem>
          )}
          {figure.kind === 'table' && (
            <MenuItem
              onSelect={() => {
                const { columns, rows } = figure.table
                saveText(`${name}.csv`, toCsv([columns, ...rows]), 'text/csv')
              }}
            >
              {words.plots.saveTable}
            </MenuItem>
          )}
          <MenuItem onSelect={() => saveText(`${name}.json`, plot.plot_str, 'application/json')}>
            {words.plots.saveData}
          </MenuItem>
        </Menu>
        {enlarge && (
          <Button
            kind="icon"
            aria-label={words.plots.enlarge(name)}
            title={words.plots.enlarge(name)}
            onClick={enlarge}
          >
            <ExpandIcon />
          </Button>
        )}
      </figcaption>
      {seen ? (
        <PlotView ref={handle} name={name} figure={figure} height={height} />
      ) : (
        <div style={{ height }} />
      )}
    </figure>
  )
}

/** `confusion · val`; just the metric when there is no variant of another name. */
export function plotName({ metric, variant }: Pick<PlotEvent, 'metric' | 'variant'>): string {
  return variant === '' || variant === metric ? metric : `${metric} · ${variant}`
}
