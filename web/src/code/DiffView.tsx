import { useVirtualizer } from '@tanstack/react-virtual'
import { useMemo, useRef } from 'react'
import { words } from '../words'
import { type DiffLine, diffLines, type LineKind } from './diff'
import { highlightLine } from './highlight'

const ROW = 20

/** Characters a line number and the sign take. */
const GUTTER = 14

const LOOKS: Record<LineKind, string> = {
  file: 'bg-hover font-medium',
  hunk: 'text-[var(--ansi-6)]',
  added: 'bg-[color-mix(in_oklab,var(--completed)_14%,transparent)]',
  removed: 'bg-[color-mix(in_oklab,var(--failed)_14%,transparent)]',
  same: '',
  note: 'text-muted',
}

const SIGNS: Partial<Record<LineKind, string>> = { added: '+', removed: '−' }

/** A diff line by line, in the colours of the files' languages; only the lines in view exist. */
export function DiffView({ diff }: { diff: string }) {
  const scroller = useRef<HTMLElement>(null)
  const lines = useMemo(() => diffLines(diff), [diff])
  const width = useMemo(() => Math.max(0, ...lines.map((line) => line.text.length)), [lines])
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 30,
  })
  return (
    <section
      ref={scroller}
      aria-label={words.code.changes}
      tabIndex={0}
      className="h-full overflow-auto rounded-md border bg-sunken font-mono text-small leading-5"
    >
      <div
        className="relative"
        style={{ height: virtualizer.getTotalSize(), minWidth: `${width + GUTTER + 4}ch` }}
      >
        {virtualizer.getVirtualItems().map((item) => {
          const line = lines[item.index]
          if (!line) return null
          return (
            <div
              key={item.key}
              className={`absolute inset-x-0 top-0 flex h-5 ${LOOKS[line.kind]}`}
              style={{ transform: `translateY(${item.start}px)` }}
            >
              <Line line={line} />
            </div>
          )
        })}
      </div>
    </section>
  )
}

function Line({ line }: { line: DiffLine }) {
  const isCode = line.kind === 'added' || line.kind === 'removed' || line.kind === 'same'
  if (!isCode) return <span className="px-3 whitespace-pre">{line.text}</span>
  return (
    <>
      <span className="w-[5ch] shrink-0 pr-1 text-right text-muted select-none">{line.before}</span>
      <span className="w-[5ch] shrink-0 pr-1 text-right text-muted select-none">{line.after}</span>
      <span className="w-[3ch] shrink-0 text-center select-none">{SIGNS[line.kind]}</span>
      <span className="whitespace-pre">
        {highlightLine(line.text, line.file).map(({ at, text, className }) =>
          className ? (
            <span key={at} className={className}>
              {text}
            </span>
          ) : (
            text
          ),
        )}
      </span>
    </>
  )
}
