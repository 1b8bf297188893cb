import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { type Report, reportQuery } from '../api/reports'
import { CrumbSeparator, TopBar } from '../frame/TopBar'
import { useTitle } from '../frame/title'
import { Ago } from '../ui/Ago'
import { Empty, ErrorNotice, Skeleton } from '../ui/Notices'
import { StatusMark } from '../ui/StatusMark'
import { words } from '../words'

const route = getRouteApi('/frame/reports/$reportId')

const Markdown = lazy(() =>
  import('../ui/Markdown').then(({ Markdown }) => ({ default: Markdown })),
)

/** One report, to be read. */
export function ReportPage() {
  const { reportId } = route.useParams()
  const say = words.reports
  const { data: report, error, isPending, refetch } = useQuery(reportQuery(reportId))
  useTitle(report?.name)
  return (
    <>
      <TopBar>
        <span className="text-muted">{say.title}</span>
        <CrumbSeparator />
        <span className="min-w-0 truncate normal-nums">{report?.name}</span>
      </TopBar>
      <main className="min-h-0 grow overflow-y-auto">
        {isPending && <Skeleton rows={6} height={32} />}
        {error && report === undefined && (
          <ErrorNotice title={say.failed} error={error} retry={() => refetch()} />
        )}
        {report === null && (
          <Empty title={say.unknown}>
            <Link to="/" className="text-accent underline underline-offset-2">
              {words.frame.goHome}
            </Link>
          </Empty>
        )}
        {report && <Content report={report} />}
      </main>
    </>
  )
}

function Content({ report }: { report: Report }) {
  const say = words.reports
  const text = report.report ?? ''
  return (
    <article className="mx-auto flex max-w-3xl flex-col gap-3 px-4 py-6">
      <h1 className="text-title font-semibold [overflow-wrap:anywhere]">{report.name}</h1>
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-muted">
        <StatusMark wire={report.status} />
        {report.user?.name && <span>{report.user.name}</span>}
        {report.last_update && <Ago date={report.last_update} />}
        {report.tags && report.tags.length > 0 && <span>{report.tags.join(', ')}</span>}
      </p>
      {text.trim() === '' ? (
        <p className="text-prose text-muted">{say.empty}</p>
      ) : (
        <Suspense fallback={<Skeleton rows={6} height={24} />}>
          <Markdown text={text} />
        </Suspense>
      )}
    </article>
  )
}
