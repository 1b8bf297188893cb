/** Colours of the palette; `palette.css` defines a light and a dark value of each. */
export const PALETTE_SIZE = 12

/** Series whose colour somebody chose: the name, and an index into the palette. */
export type SeriesColors = ReadonlyMap<string, number>

/** Makes sense of what is stored: pairs of a name and a colour, because names hold what keys may not. */
export function readColors(stored: unknown): SeriesColors {
  const pairs: unknown[] = Array.isArray(stored) ? stored : []
  return new Map(
    pairs.flatMap((pair): [string, number][] => {
      if (!Array.isArray(pair)) return []
      const [name, color] = pair as unknown[]
      return typeof name === 'string' && isColor(color) ? [[name, color]] : []
    }),
  )
}

function isColor(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) < PALETTE_SIZE
}

/** What is stored once a series has another colour; its own again for `undefined`. */
export function writeColor(colors: SeriesColors, name: string, color: number | undefined) {
  const next = new Map(colors)
  if (color === undefined) next.delete(name)
  else next.set(name, color)
  return [...next]
}

/** A palette index that depends on nothing but the name (FNV-1a). */
export function colorOf(name: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < name.length; at += 1) {
    hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193)
  }
  return ((hash >>> 16) ^ (hash & 0xffff)) % PALETTE_SIZE
}
