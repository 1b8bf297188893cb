import { readSmoothing, writeSmoothing } from './smoothing'

/** What a page's charts are laid out along. */
export const AXES = ['iteration', 'time', 'clock'] as const
export type Axis = (typeof AXES)[number]

/** The state of the scalars tab, as its address holds it. */
export interface ScalarsSearch {
  /** `iteration` when absent; `time` since the first point; `clock` for local time. */
  x?: Axis | undefined
  /** Kind and amount of smoothing; absent for none. */
  smooth?: string | undefined
  /** Present to leave out the line as it is behind the smoothed one. */
  raw?: '0' | undefined
  /** Present for a logarithmic y axis. */
  log?: '1' | undefined
  /** Present to leave what lies far from most values out of the y axis. */
  outliers?: '0' | undefined
  /** Present for a chart of each series instead of each metric. */
  charts?: 'series' | undefined
  /** Present for a table of values instead of charts. */
  view?: 'values' | undefined
  /** Words a metric's name must contain. */
  metric?: string | undefined
  /** Hidden variants, encoded one by one and joined by commas. */
  hide?: string | undefined
  /** Ids of hidden charts, likewise. */
  off?: string | undefined
  /** Id of the chart shown over the whole window. */
  full?: string | undefined
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
    smooth: writeSmoothing(readSmoothing(raw.smooth)),
    raw: raw.raw === '0' ? '0' : undefined,
    log: raw.log === '1' ? '1' : undefined,
    outliers: raw.outliers === '0' ? '0' : undefined,
    charts: raw.charts === 'series' ? 'series' : undefined,
    view: raw.view === 'values' ? 'values' : undefined,
    metric: text(raw.metric),
    hide: writeHidden(hiddenIn(text(raw.hide))),
    off: writeHidden(hiddenIn(text(raw.off))),
    full: text(raw.full),
    zoom: writeZoom(zoomIn(text(raw.zoom))),
  }
}

export function hiddenIn(hide: string | undefined): Set<string> {
  const names = (hide ?? '').split(',').filter((name) => name !== '')
  return new Set(names.map(decode))
}

export function writeHidden(hidden: ReadonlySet<string>): string | undefined {
  return text([...hidden].sort().map(encodeURIComponent).join(','))
}

/** A list of hidden names with one of them turned over. */
export function toggleHidden(hide: string | undefined, name: string): string | undefined {
  const hidden = hiddenIn(hide)
  if (!hidden.delete(name)) hidden.add(name)
  return writeHidden(hidden)
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
