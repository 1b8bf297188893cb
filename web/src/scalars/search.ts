/** What a page's charts are laid out along. */
export const AXES = ['iteration', 'time', 'clock'] as const
export type Axis = (typeof AXES)[number]

/** The state of the scalars tab, as its address holds it. */
export interface ScalarsSearch {
  /** `iteration` when absent; `time` since the first point; `clock` for local time. */
  x?: Axis | undefined
  /** Weight of the past in the smoothed line, 0.01 to 0.99; absent for none. */
  smooth?: string | undefined
  /** Present for a logarithmic y axis. */
  log?: '1' | undefined
  /** Words a metric's name must contain. */
  metric?: string | undefined
  /** Hidden variants, encoded one by one and joined by commas. */
  hide?: string | undefined
  /** The part of the x axis shown, `from:to` in the axis's unit. */
  zoom?: string | undefined
}

export interface Zoom {
  from: number
  to: number
}

/** Reads an address; what it cannot mean is dropped. */
export function readScalarsSearch(raw: Record<string, unknown>): ScalarsSearch {
  const x = AXES.find((axis) => axis === raw.x)
  return {
    x: x === 'iteration' ? undefined : x,
    smooth: writeSmoothing(Number(raw.smooth)),
    log: raw.log === '1' ? '1' : undefined,
    metric: text(raw.metric),
    hide: writeHidden(hiddenIn(text(raw.hide))),
    zoom: writeZoom(zoomIn(text(raw.zoom))),
  }
}

export function writeSmoothing(weight: number): string | undefined {
  if (!(weight >= 0.01)) return undefined
  return String(Math.round(Math.min(weight, 0.99) * 100) / 100)
}

export function hiddenIn(hide: string | undefined): Set<string> {
  const names = (hide ?? '').split(',').filter((name) => name !== '')
  return new Set(names.map(decode))
}

export function writeHidden(hidden: ReadonlySet<string>): string | undefined {
  return text([...hidden].sort().map(encodeURIComponent).join(','))
}

export function zoomIn(zoom: string | undefined): Zoom | undefined {
  const [from, to, ...rest] = (zoom ?? '').split(':').map((part) => (part ? Number(part) : NaN))
  if (from === undefined || to === undefined || rest.length > 0) return undefined
  return Number.isFinite(from) && Number.isFinite(to) && from < to ? { from, to } : undefined
}

export function writeZoom(zoom: Zoom | undefined): string | undefined {
  return zoom && `${Number(zoom.from.toPrecision(12))}:${Number(zoom.to.toPrecision(12))}`
}

/** A percent sign that encodes nothing stands for itself. */
function decode(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
