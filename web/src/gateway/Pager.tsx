import { Button } from '../ui/Button'
import { words } from '../words'

interface PagerProps {
  page: number
  size: number
  total: number
  go: (page: number) => void
}

/** Which part of a long table is shown, and the way to the others. */
export function Pager({ page, size, total, go }: PagerProps) {
  const say = words.gateway
  if (total === 0) return null
  const from = page * size + 1
  const to = Math.min(total, from + size - 1)
  return (
    <div className="flex items-center gap-2 text-small text-muted">
      <span role="status">{say.pageOf(from, to, total)}</span>
      {total > size && (
        <>
          <Button disabled={page === 0} onClick={() => go(page - 1)}>
            {say.previous}
          </Button>
          <Button disabled={to >= total} onClick={() => go(page + 1)}>
            {say.next}
          </Button>
        </>
      )}
    </div>
  )
}
