/** Marks of Markdown inside a line, and what of each is said: pictures and links by their texts. */
const INLINE: [RegExp, string][] = [
  [/!?\[([^\]]*)\]\([^)]*\)/g, '$1'],
  [/<((?:https?|mailto):[^>\s]*)>/g, '$1'],
  [/`+([^`]*)`+/g, '$1'],
  [/(\*\*|__|~~)(?=\S)(.*?\S)\1/g, '$2'],
  [/(^|[^\w*])([*_])(?=\S)([^*_]*[^\s*_])\2(?!\w)/g, '$1$3'],
]

/** What a line begins with when it is a heading, a list, a quotation or a task to tick. */
const LEADING = /^\s*(?:#{1,6}\s+|>\s?|[-*+]\s+(?:\[[ xX]\]\s+)?|\d{1,9}[.)]\s+)*/

/** Lines that only arrange others: rules, fences, the line below a table's head. */
const ARRANGING = /^\s*(?:[-*_=]{3,}|```.*|~~~.*|[|:\s-]+)\s*$/

/** The first line of a Markdown text that says something, as plain text. */
export function plainLine(markdown: string | undefined): string {
  for (const line of (markdown ?? '').split('\n')) {
    if (ARRANGING.test(line)) continue
    const said = INLINE.reduce(
      (text, [mark, kept]) => text.replace(mark, kept),
      line.replace(LEADING, ''),
    )
    if (said.trim() !== '') return said.trim()
  }
  return ''
}
