import { type ErrorComponentProps, Link, useRouter } from '@tanstack/react-router'
import { Empty, ErrorNotice } from '../ui/Notices'
import { words } from '../words'

/** Shown when a page could not even begin, for instance because the server is away. */
export function RouteError({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  const retry = () => {
    reset()
    router.invalidate()
  }
  return (
    <main className="pt-16">
      <ErrorNotice title={words.frame.pageFailed} error={error} retry={retry} />
    </main>
  )
}

export function NotFoundPage() {
  return (
    <main className="pt-16">
      <Empty title={words.frame.noPage}>
        <Link to="/" className="text-accent underline underline-offset-2">
          {words.frame.goHome}
        </Link>
      </Empty>
    </main>
  )
}
