/** How a stretch of console text looks. Colours are CSS colours. */
export interface AnsiStyle {
  color?: string
  background?: string
  bold?: boolean
  dim?: boolean
  italic?: boolean
  underline?: boolean
}

export interface Span {
  text: string
  style: AnsiStyle | null
}

/** CSI sequences (group 1: parameters, group 2: final byte), OSC sequences, other escapes, stray controls. */
const ESCAPES =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
  /\x1b\[([0-9;:?<=>]*)[ -/]*([@-~])|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[ -~]?|[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]/g

/**
 * Splits one line into styled spans and drops every other control sequence.
 * `before` is the style the previous line ended with; the style this line ends with is returned beside the spans.
 */
export function parseAnsi(line: string, before: AnsiStyle | null): [Span[], AnsiStyle | null] {
  const spans: Span[] = []
  let style = before
  let start = 0
  const push = (end: number) => {
    if (end > start) spans.push({ text: line.slice(start, end), style })
  }
  for (const match of line.matchAll(ESCAPES)) {
    push(match.index)
    start = match.index + match[0].length
    if (match[2] === 'm') style = withCodes(style, match[1] ?? '')
  }
  push(line.length)
  return [spans, style]
}

/** The text without any control sequence. */
export function stripAnsi(line: string): string {
  return line.replace(ESCAPES, '')
}

function withCodes(style: AnsiStyle | null, parameters: string): AnsiStyle | null {
  const codes = parameters.split(/[;:]/).map((code) => Number(code) || 0)
  let next: AnsiStyle = { ...style }
  for (let at = 0; at < codes.length; at += 1) {
    const code = codes[at] ?? 0
    if (code === 0) next = {}
    else if (code === 38 || code === 48) {
      const [color, used] = extendedColor(codes.slice(at + 1))
      if (color) next[code === 38 ? 'color' : 'background'] = color
      at += used
    } else applyCode(next, code)
  }
  return Object.keys(next).length > 0 ? next : null
}

function applyCode(style: AnsiStyle, code: number): void {
  if (code === 1) style.bold = true
  else if (code === 2) style.dim = true
  else if (code === 3) style.italic = true
  else if (code === 4) style.underline = true
  else if (code === 22) {
    delete style.bold
    delete style.dim
  } else if (code === 23) delete style.italic
  else if (code === 24) delete style.underline
  else if (code === 39) delete style.color
  else if (code === 49) delete style.background
  else if (code >= 30 && code <= 37) style.color = themeColor(code - 30)
  else if (code >= 90 && code <= 97) style.color = themeColor(code - 90)
  else if (code >= 40 && code <= 47) style.background = themeBackground(code - 40)
  else if (code >= 100 && code <= 107) style.background = themeBackground(code - 100)
}

/** Reads what follows 38 or 48: `5;n` or `2;r;g;b`. Returns the colour and how many codes it took. */
function extendedColor(codes: number[]): [string | null, number] {
  if (codes[0] === 5 && codes.length >= 2) return [paletteColor(codes[1] ?? 0), 2]
  if (codes[0] === 2 && codes.length >= 4) return [rgb(codes.slice(1, 4)), 4]
  return [null, codes.length]
}

/** The 256-colour palette: 16 of the theme, a cube of 6×6×6, 24 greys. */
function paletteColor(index: number): string | null {
  if (index < 0 || index > 255) return null
  if (index < 16) return themeColor(index % 8)
  if (index >= 232) return rgb(Array(3).fill(8 + (index - 232) * 10))
  const cube = index - 16
  const steps = [Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6]
  return rgb(steps.map((step) => (step === 0 ? 0 : 55 + step * 40)))
}

function rgb(parts: number[]): string {
  return `rgb(${parts.map((part) => Math.min(255, part)).join(' ')})`
}

/** The eight basic colours follow the theme, so that each stays readable on both grounds. */
function themeColor(index: number): string {
  return `var(--ansi-${index})`
}

/** As a ground a basic colour is thinned, so that text of any colour stays readable on it. */
function themeBackground(index: number): string {
  return `color-mix(in oklab, var(--ansi-${index}) 22%, transparent)`
}
