import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useMemo, useRef } from 'react'
import { formatClock, formatMoment } from '../format/time'
import { Button } from '../ui/Button'
import { ArrowDownIcon } from '../ui/icons'
import { Marked } from '../ui/Marked'
import { words } from '../words'
import type { Span } from './ansi'
import type { ConsoleLine, Level } from './lines'

const LINE_HEIGHT = 20

/** Distance from the top at which earlier lines are loaded (pixels). */
const EARLIER_MARGIN = 600

/** Columns before the text: time, level mark and gaps. */
const GUTTER = 12

/** Lines before the end of the loaded ones at which later ones are loaded. */
const LATER_MARGIN = 100

interface ConsoleLinesProps {
  lines: ConsoleLine[]
  wrap: boolean
  /** Starts at the first loaded line instead of the last. */
  fromTop: boolean
  /** The words that are marked, and the line that is gone to. */
  find: string
  goTo: string | undefined
  hasEarlier: boolean
  loadEarlier: () => void
  loadingEarlier: boolean
  hasLater: boolean
  loadLater: () => void
  loadingLater: boolean
  /** Shows the console's end, wherever one is. */
  follow: () => void
}

/**
 * The loaded lines, of which only those in view exist in the document. It follows the end as long as one
 * stays there; lines loaded in front do not move what is being read.
 */
export function ConsoleLines(props: ConsoleLinesProps) {
  const { lines, wrap, fromTop, find, goTo, follow } = props
  const { hasEarlier, loadEarlier, loadingEarlier, hasLater, loadLater, loadingLater } = props
  const scroller = useRef<HTMLDivElement>(null)
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_HEIGHT,
    getItemKey: (index) => lines[index]?.key ?? index,
    overscan: 30,
    paddingStart: 8,
    paddingEnd: 12,
    initialOffset: fromTop ? 0 : lines.length * LINE_HEIGHT,
    anchorTo: 'end',
    followOnAppend: !hasLater,
    scrollEndThreshold: 24,
  })

  const nearTop = (virtualizer.scrollOffset ?? EARLIER_MARGIN) < EARLIER_MARGIN
  useEffect(() => {
    if (nearTop && hasEarlier && !loadingEarlier && lines.length > 0) loadEarlier()
  }, [nearTop, hasEarlier, loadingEarlier, lines.length, loadEarlier])

  const shown = virtualizer.getVirtualItems()
  const nearEnd = (shown.at(-1)?.index ?? 0) > lines.length - LATER_MARGIN
  useEffect(() => {
    if (nearEnd && hasLater && !loadingLater) loadLater()
  }, [nearEnd, hasLater, loadingLater, loadLater])

  const latest = useRef(lines)
  useEffect(() => {
    latest.current = lines
  })
  useEffect(() => {
    const index = latest.current.findIndex((line) => line.key === goTo)
    if (index >= 0) virtualizer.scrollToIndex(index, { align: 'center' })
  }, [goTo, virtualizer])

  const width = useMemo(() => widest(lines), [lines])
  const atEnd = virtualizer.isAtEnd(24) && !hasLater
  return (
    <div className="relative min-h-0 grow">
      <section
        ref={scroller}
        aria-label={words.console.title}
        tabIndex={0}
        className="h-full overflow-auto bg-sunken font-mono text-small"
      >
        <div
          className="relative"
          style={{
            height: virtualizer.getTotalSize(),
            minWidth: wrap ? undefined : `${width + GUTTER + 4}ch`,
          }}
        >
          {shown.map((item) => {
            const line = lines[item.index]
            if (!line) return null
            return (
              <div
                key={item.key}
                ref={wrap ? virtualizer.measureElement : undefined}
                data-index={item.index}
                aria-current={line.key === goTo ? 'true' : undefined}
                className="absolute inset-x-0 top-0 pr-4 leading-5 aria-[current]:bg-tint/40"
                style={{ transform: `translateY(${item.start}px)` }}
              >
                <Line line={line} wrap={wrap} find={find} />
              </div>
            )
          })}
        </div>
      </section>
      {!atEnd && (
        <Button
          className="absolute right-6 bottom-4 shadow-overlay"
          onClick={() => (hasLater ? follow() : virtualizer.scrollToEnd())}
        >
          <ArrowDownIcon />
          {words.console.follow}
        </Button>
      )}
    </div>
  )
}

const MARKS: Record<Level, string> = {
  debug: 'bg-transparent',
  info: 'bg-transparent',
  warning: 'bg-aborted',
  error: 'bg-failed',
}

const TEXTS: Record<Level, string> = {
  debug: 'text-muted',
  info: '',
  warning: 'text-aborted',
  error: 'text-failed',
}

interface LineProps {
  line: ConsoleLine
  wrap: boolean
  find: string
}

function Line({ line, wrap, find }: LineProps) {
  const moment = new Date(line.timestamp)
  const origin = [formatMoment(moment), line.level, line.worker].filter(Boolean).join(' · ')
  return (
    <div className="flex hover:bg-hover/60" title={origin}>
      <span className={`w-0.5 shrink-0 ${MARKS[line.level]}`} />
      <time
        dateTime={moment.toISOString()}
        className="mr-4 ml-3 w-[8ch] shrink-0 text-muted select-none"
      >
        {formatClock(moment)}
      </time>
      <span
        className={`min-h-5 ${TEXTS[line.level]} ${wrap ? 'min-w-0 break-all whitespace-pre-wrap' : 'whitespace-pre'}`}
      >
        {line.spans.map((span, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line's spans never change their order
          <Text key={at} span={span} find={find} />
        ))}
      </span>
    </div>
  )
}

function Text({ span: { text, style }, find }: { span: Span; find: string }) {
  const marked = <Marked text={text} find={find} />
  if (!style) return marked
  return (
    <span
      style={{
        color: style.color,
        background: style.background,
        fontWeight: style.bold ? 600 : undefined,
        opacity: style.dim ? 0.75 : undefined,
        fontStyle: style.italic ? 'italic' : undefined,
        textDecoration: style.underline ? 'underline' : undefined,
      }}
    >
      {marked}
    </span>
  )
}

/** Characters of the longest line; with a monospaced font this is the width of the whole text. */
function widest(lines: ConsoleLine[]): number {
  let most = 0
  for (const line of lines) {
    const length = line.spans.reduce((sum, span) => sum + span.text.length, 0)
    if (length > most) most = length
  }
  return most
}
