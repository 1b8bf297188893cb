/** What a browser can do with a file, told from its name. */
export type MediaKind = 'image' | 'audio' | 'video' | 'html' | 'text' | 'other'

const KINDS: Record<Exclude<MediaKind, 'other'>, readonly string[]> = {
  image: ['png', 'jpg', 'jpeg', 'gif', 'webp', 'bmp', 'svg', 'avif', 'ico'],
  audio: ['wav', 'mp3', 'ogg', 'oga', 'flac', 'm4a', 'aac', 'opus'],
  video: ['mp4', 'webm', 'mov', 'm4v', 'ogv', 'mkv'],
  html: ['html', 'htm'],
  text: [
    'txt',
    'log',
    'json',
    'csv',
    'tsv',
    'yaml',
    'yml',
    'md',
    'xml',
    'ini',
    'toml',
    'py',
    'conf',
  ],
}

export function mediaKind(uri: string): MediaKind {
  const extension = fileName(uri).split('.').pop()?.toLowerCase() ?? ''
  const kinds = Object.entries(KINDS) as [MediaKind, readonly string[]][]
  return kinds.find(([, extensions]) => extensions.includes(extension))?.[0] ?? 'other'
}

/** The last part of a path or URL, decoded. */
export function fileName(uri: string): string {
  const path = uri.split(/[?#]/, 1)[0] ?? ''
  const name = path.split('/').pop() ?? ''
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}

/** True when a browser may open the address; files in buckets and folders can only be named. */
export function isReachable(uri: string): boolean {
  return /^https?:\/\//i.test(uri)
}
