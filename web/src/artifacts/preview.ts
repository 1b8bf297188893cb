import type { Artifact } from '../api/outputs'
import { mediaKind } from '../format/file'

/** How an artifact is looked at without downloading it. */
export type PreviewKind = 'image' | 'html' | 'audio' | 'video' | 'table' | 'text' | 'given' | 'none'

/** Bytes of a file that are read to look at it. */
export const PREVIEW_BYTES = 256 * 1024

const TABLES = /\.(?:csv|tsv)(?:[?#]|$)/i

/** The kind of look at an artifact: at its file where a browser can, at what the SDK wrote of it otherwise. */
export function previewKind({ uri = '', type_data }: Artifact): PreviewKind {
  if (/^https?:/i.test(uri)) {
    if (TABLES.test(uri)) return 'table'
    const kind = mediaKind(uri)
    if (kind !== 'other') return kind
  }
  return type_data?.preview ? 'given' : 'none'
}

export function separatorOf(uri: string): string {
  return /\.tsv(?:[?#]|$)/i.test(uri) ? '\t' : ','
}

/** JSON set out over lines; any other text as it is. */
export function laidOut(text: string, uri: string): string {
  if (!/\.json(?:[?#]|$)/i.test(uri)) return text
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}
