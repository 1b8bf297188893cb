import { type ErrorComponentProps, Link, useRouter } from '@tanstack/react-router'
import { Empty, ErrorNotice } from '../ui/Notices'
import { words } from '../words'
import { TopBar } from './TopBar'

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

/** An address that leads nowhere; the way to everywhere else stays around it. */
export function NotFoundPage() {
  return (
    <>
      <TopBar>
        <h1 className="font-medium">{words.frame.notFound}</h1>
      </TopBar>
      <main className="pt-8">
        <Empty title={words.frame.noPage}>
          <Link to="/" className="text-accent underline underline-offset-2">
            {words.frame.goHome}
          </Link>
        </Empty>
      </main>
    </>
  )
}
