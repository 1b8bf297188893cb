/** A text in which every place of the sought words is marked. */
export function Marked({ text, find }: { text: string; find: string }) {
  if (find === '') return text
  const parts: { at: number; text: string; hit: boolean }[] = []
  const lower = text.toLowerCase()
  const wanted = find.toLowerCase()
  let at = 0
  for (;;) {
    const hit = lower.indexOf(wanted, at)
    const end = hit < 0 ? text.length : hit
    if (end > at) parts.push({ at, text: text.slice(at, end), hit: false })
    if (hit < 0) break
    at = hit + wanted.length
    parts.push({ at: hit, text: text.slice(hit, at), hit: true })
  }
  return parts.map((part) =>
    part.hit ? (
      <mark key={part.at} className="rounded-md bg-tint text-text">
        {part.text}
      </mark>
    ) : (
      part.text
    ),
  )
}
