import type { RefObject } from 'react'
import { readPoints } from '../api/events'
import { toCsv } from '../format/csv'
import { useTask } from '../task/taskContext'
import { Button } from '../ui/Button'
import { SaveIcon } from '../ui/icons'
import { Menu, MenuItem } from '../ui/Menu'
import { messageOf } from '../ui/Notices'
import { saveAddress, saveText } from '../ui/save'
import { toast } from '../ui/toasts'
import { words } from '../words'
import type { Chart, ChartSeries } from './charts'
import { chartPicture } from './picture'

interface ChartMenuProps {
  chart: Chart
  /** The lines that are not hidden. */
  lines: ChartSeries[]
  /** Where the chart is drawn. */
  place: RefObject<HTMLElement | null>
}

/** Keeps a chart as a picture, or its points as a table. */
export function ChartMenu({ chart, lines, place }: ChartMenuProps) {
  const task = useTask()
  const say = words.scalars
  const savePicture = () => {
    const canvas = place.current?.querySelector('canvas')
    if (canvas) saveAddress(`${chart.title}.png`, chartPicture(canvas, chart.title, lines))
  }
  const savePoints = () => {
    const variants = lines.map(({ variant }) => variant)
    pointsCsv(task.id, chart.metric, variants).then(
      (parts) => saveText(`${chart.title}.csv`, parts, 'text/csv'),
      (error) => toast({ text: `${say.pointsFailed}: ${messageOf(error)}`, failed: true }),
    )
  }
  return (
    <Menu
      align="end"
      trigger={
        <Button kind="icon" aria-label={say.saveOf(chart.title)} title={say.saveOf(chart.title)}>
          <SaveIcon />
        </Button>
      }
    >
      <MenuItem onSelect={savePicture}>{say.savePicture}</MenuItem>
      <MenuItem onSelect={savePoints}>{say.savePoints}</MenuItem>
    </Menu>
  )
}

/** Every reported point as a row `metric, variant, iteration, value`, in the parts in which it was read. */
async function pointsCsv(task: string, metric: string, variants: string[]): Promise<string[]> {
  const parts = [toCsv([['metric', 'variant', 'iteration', 'value']])]
  for await (const page of readPoints(task, metric, variants)) {
    for (const [variant, { iter, y }] of Object.entries(page)) {
      parts.push(toCsv(iter.map((iteration, at) => [metric, variant, iteration, y[at]])))
    }
  }
  return parts
}
