import { type ErrorComponentProps, Link, useRouter } from '@tanstack/react-router'
import { Empty, ErrorNotice } from '../ui/Notices'

/** Shown when a page could not even begin, for instance because the server is away. */
export function RouteError({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  const retry = () => {
    reset()
    router.invalidate()
  }
  return (
    <main className="pt-16">
      <ErrorNotice title="This page could not be opened" error={error} retry={retry} />
    </main>
  )
}

export function NotFoundPage() {
  return (
    <main className="pt-16">
      <Empty title="There is no page at this address.">
        <Link to="/tasks" className="text-accent underline underline-offset-2">
          Go to the tasks
        </Link>
      </Empty>
    </main>
  )
}
