export type LineKind = 'file' | 'hunk' | 'added' | 'removed' | 'same' | 'note'

/** One line of a diff as it is shown. */
export interface DiffLine {
  kind: LineKind
  /** Without the sign in front. */
  text: string
  /** Number in the file before and after; absent where the line is not in it. */
  before?: number
  after?: number
  /** Path of the file the line belongs to. */
  file: string
}

const HUNK = /^@@+ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/

/** True when a text is a unified diff, and not the script that stands in its place without a repository. */
export function isDiff(text: string): boolean {
  return /^(?:diff --git |--- |Index: )/m.test(text) && /^@@ /m.test(text)
}

/** The lines of a unified diff, each with its place in the files. */
export function diffLines(diff: string): DiffLine[] {
  const lines: DiffLine[] = []
  let file = ''
  let before = 0
  let after = 0
  let inHunk = false
  for (const text of diff.replace(/\n$/, '').split('\n')) {
    const hunk = HUNK.exec(text)
    if (hunk) {
      inHunk = true
      before = Number(hunk[1])
      after = Number(hunk[2])
      lines.push({ kind: 'hunk', text, file })
    } else if (text.startsWith('diff --git ')) {
      inHunk = false
      file = / b\/(.*)$/.exec(text)?.[1] ?? text.slice('diff --git '.length)
      lines.push({ kind: 'file', text: file, file })
    } else if (!inHunk) {
      lines.push({ kind: 'note', text, file })
    } else if (text.startsWith('+')) {
      lines.push({ kind: 'added', text: text.slice(1), file, after })
      after += 1
    } else if (text.startsWith('-')) {
      lines.push({ kind: 'removed', text: text.slice(1), file, before })
      before += 1
    } else if (text.startsWith('\\')) {
      lines.push({ kind: 'note', text, file })
    } else {
      lines.push({ kind: 'same', text: text.slice(1), file, before, after })
      before += 1
      after += 1
    }
  }
  return lines
}
