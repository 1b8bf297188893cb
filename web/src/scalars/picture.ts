import type { ChartSeries } from './charts'
import { token } from './plot'

/** Pixels of the page around the drawing, and the height of a line of text. */
const MARGIN = 12
const LINE = 20
const SWATCH = 16

/** The drawing with its name above and its series below, as the address of a PNG. */
export function chartPicture(canvas: HTMLCanvasElement, title: string, lines: ChartSeries[]) {
  const ratio = canvas.width / canvas.clientWidth
  const width = canvas.clientWidth + 2 * MARGIN
  const picture = document.createElement('canvas')
  const pen = picture.getContext('2d')
  if (!pen) return ''
  const font = `12px ${getComputedStyle(document.body).fontFamily}`
  pen.font = font
  const places = legendPlaces(lines, width, (text) => pen.measureText(text).width)
  const rows = (places.at(-1)?.row ?? -1) + 1
  picture.width = width * ratio
  picture.height = (canvas.clientHeight + 2 * MARGIN + LINE * (rows + 1)) * ratio

  pen.scale(ratio, ratio)
  pen.fillStyle = token('--page')
  pen.fillRect(0, 0, picture.width, picture.height)
  pen.drawImage(canvas, MARGIN, MARGIN + LINE, canvas.clientWidth, canvas.clientHeight)
  pen.fillStyle = token('--text')
  pen.textBaseline = 'middle'
  pen.font = `600 ${font}`
  pen.fillText(title, MARGIN, MARGIN + LINE / 2)
  pen.font = font
  const top = MARGIN + LINE + canvas.clientHeight
  for (const { line, x, row } of places) {
    const y = top + (row + 0.5) * LINE
    pen.strokeStyle = token(`--series-${line.color}`)
    pen.lineWidth = 2.5
    pen.setLineDash([...line.dash])
    pen.beginPath()
    pen.moveTo(x, y)
    pen.lineTo(x + SWATCH, y)
    pen.stroke()
    pen.fillText(line.variant, x + SWATCH + 6, y)
  }
  return picture.toDataURL('image/png')
}

/** Where each series' name stands: side by side, in as many rows as are needed. */
function legendPlaces(lines: ChartSeries[], width: number, measure: (text: string) => number) {
  let x = MARGIN
  let row = 0
  return lines.map((line) => {
    const room = SWATCH + 6 + measure(line.variant) + MARGIN
    if (x > MARGIN && x + room > width) {
      x = MARGIN
      row += 1
    }
    const place = { line, x, row }
    x += room
    return place
  })
}
