import type { ReactNode } from 'react'
import { ApiError } from '../api/client'
import { words } from '../words'
import { Button } from './Button'

interface ErrorNoticeProps {
  /** What failed, as a sentence without a full stop: "The console could not be read". */
  title: string
  error: unknown
  retry?: () => void
}

/** What failed, in the place where it failed; the rest of the page stays. */
export function ErrorNotice({ title, error, retry }: ErrorNoticeProps) {
  return (
    <div role="alert" className="mx-auto my-8 w-full max-w-xl px-4 text-prose">
      <p className="font-medium">{title}</p>
      <p className="mt-1 break-words text-muted">{messageOf(error)}</p>
      <div className="mt-3 flex items-start gap-3">
        {retry && <Button onClick={retry}>{words.ui.retry}</Button>}
        <details className="min-w-0 grow text-small">
          <summary className="w-fit cursor-pointer py-1.5 text-muted hover:text-text">
            {words.ui.details}
          </summary>
          <pre className="mt-1 overflow-auto rounded-md bg-sunken p-3 font-mono whitespace-pre-wrap">
            {detailsOf(error)}
          </pre>
        </details>
      </div>
    </div>
  )
}

/** A sentence about what is not here, with at most one action and one snippet below. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="mx-auto flex w-full max-w-xl flex-col items-start gap-3 px-4 py-10 text-prose">
      <p>{title}</p>
      {children}
    </div>
  )
}

/** Grey bars in the shape of what is coming; invisible for the first 150 ms. */
export function Skeleton({ rows, height }: { rows: number; height: number }) {
  const bars = Array.from({ length: rows }, (_, at) => at)
  return (
    <div role="status" aria-label={words.ui.loading} className="animate-appear">
      {bars.map((at) => (
        <div key={at} style={{ height }} className="flex items-center gap-6 px-4">
          <span className="h-2.5 w-16 rounded-full bg-hover" />
          <span
            className="h-2.5 rounded-full bg-hover"
            style={{ width: `${18 + ((at * 7) % 20)}%` }}
          />
          <span className="ml-auto h-2.5 w-28 rounded-full bg-hover" />
        </div>
      ))}
    </div>
  )
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function detailsOf(error: unknown): string {
  if (!(error instanceof ApiError)) return messageOf(error)
  const lines = [`call    ${error.endpoint}`]
  if (error.code) lines.push(`code    ${error.code}/${error.subcode}`)
  if (error.callId) lines.push(`id      ${error.callId}`)
  return [...lines, `answer  ${error.message}`].join('\n')
}
