import { highlightTree, tagHighlighter, tags } from '@lezer/highlight'
import { languageOfFile } from './language'

/** A stretch of code and the class that gives it its colour; empty for plain text. */
export interface CodeSpan {
  at: number
  text: string
  className: string
}

const highlighter = tagHighlighter([
  { tag: [tags.keyword, tags.operatorKeyword], class: 'text-[var(--ansi-5)]' },
  { tag: [tags.string, tags.special(tags.string)], class: 'text-[var(--ansi-2)]' },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], class: 'text-[var(--ansi-4)]' },
  { tag: [tags.comment, tags.meta], class: 'text-muted' },
])

/** Longest line that is coloured (characters); longer ones are data, not code. */
const LONGEST = 2_000

/** One line of a file in the colours of its language. */
export function highlightLine(line: string, file: string): CodeSpan[] {
  const language = line.length <= LONGEST ? languageOfFile(file) : undefined
  if (!language) return [{ at: 0, text: line, className: '' }]
  const spans: CodeSpan[] = []
  let at = 0
  const push = (end: number, className: string) => {
    if (end > at) spans.push({ at, text: line.slice(at, end), className })
    at = Math.max(at, end)
  }
  highlightTree(language.parser.parse(line), highlighter, (from, to, className) => {
    push(from, '')
    push(to, className)
  })
  push(line.length, '')
  return spans
}
