import { isReachable } from '../format/file'
import { API_VERSION, BASE_PATH } from './client'

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

/**
 * A file of Arno's file server below the page's own address, where the session's cookie always counts;
 * any other file at its own address. The file server is known by the protocol's convention: the same
 * host on another port, or `files.` where the pages are at `app.` (ui.md, API location).
 */
export function fileAddress(uri: string): string {
  if (!isReachable(uri) || !URL.canParse(uri)) return uri
  const url = new URL(uri)
  if (url.origin === location.origin || !isFileServer(url.hostname)) return uri
  const path = url.pathname.replace(/^\/files\//, '/').slice(1)
  return `${BASE_PATH}files/${path}${url.search}`
}

function isFileServer(host: string): boolean {
  const here = location.hostname
  if (host === here || (LOOPBACK.test(host) && LOOPBACK.test(here))) return true
  return host === here.replace(/^app\./, 'files.')
}

/** Where a browser gets the file itself instead of showing it. */
export function downloadAddress(uri: string): string {
  const address = fileAddress(uri)
  return address === uri ? uri : `${address}${address.includes('?') ? '&' : '?'}download=1`
}

/** The first `limit` bytes of a text file, and whether there are more. */
export async function readText(
  uri: string,
  limit: number,
  signal?: AbortSignal,
): Promise<{ text: string; whole: boolean }> {
  const response = await fetch(fileAddress(uri), {
    credentials: 'same-origin',
    headers: { Range: `bytes=0-${limit - 1}` },
    signal: signal ?? null,
  })
  if (!response.ok) throw new Error(`The file server answered ${response.status}`)
  const total = Number(response.headers.get('Content-Range')?.split('/')[1] ?? Number.NaN)
  const text = await response.text()
  return { text: text.slice(0, limit), whole: !(total > limit) && text.length <= limit }
}

/** Address of the whole console as a text file. */
export function logAddress(task: string): string {
  const query = new URLSearchParams({ task, line_type: 'text' })
  return `${BASE_PATH}${API_VERSION}/events.download_task_log?${query}`
}
