import type { Json } from './figure'

/** A figure's layout in the page's colours: what it does not say itself comes from the theme's tokens. */
export function themedLayout(layout: Json, height: number): Json {
  const ink = token('--text')
  const axis = {
    gridcolor: token('--line'),
    zerolinecolor: token('--line'),
    linecolor: token('--line'),
  }
  const surface = { ...axis, backgroundcolor: 'rgba(0,0,0,0)', showbackground: true }
  const template = {
    layout: {
      font: { color: ink, family: '"Inter Variable", sans-serif', size: 12 },
      colorway: Array.from({ length: 12 }, (_, at) => token(`--series-${at}`)),
      xaxis: { ...axis, automargin: true },
      yaxis: { ...axis, automargin: true },
      scene: { xaxis: surface, yaxis: surface, zaxis: surface },
      hoverlabel: { font: { family: '"Inter Variable", sans-serif', size: 12 } },
      colorscale: { sequential: 'Viridis' },
    },
  }
  const { title: _, width: __, height: ___, ...rest } = layout
  return {
    ...(inPageColours(rest, ink) as Json),
    template,
    autosize: true,
    height,
    paper_bgcolor: 'rgba(0,0,0,0)',
    plot_bgcolor: 'rgba(0,0,0,0)',
    margin: { l: 48, r: 16, t: 28, b: 40 },
  }
}

const BLACK = /^(?:black|#000|#000000|rgba?\(0, ?0, ?0(?:, ?1)?\))$/i

/** Black is what other libraries call the colour of text and lines; here that is the theme's. */
function inPageColours(value: unknown, ink: string): unknown {
  if (typeof value === 'string') return BLACK.test(value) ? ink : value
  if (Array.isArray(value)) return value.map((item) => inPageColours(item, ink))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(([name]) => name !== 'template')
  return Object.fromEntries(entries.map(([name, item]) => [name, inPageColours(item, ink)]))
}

/** Plotly reads only the older notations of colours: the token as the canvas writes it. */
function token(name: string): string {
  const context = document.createElement('canvas').getContext('2d')
  const value = getComputedStyle(document.documentElement).getPropertyValue(name)
  if (!context) return value
  context.fillStyle = value
  context.fillRect(0, 0, 1, 1)
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data
  return `rgb(${red}, ${green}, ${blue})`
}
