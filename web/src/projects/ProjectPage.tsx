import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, Outlet } from '@tanstack/react-router'
import { ancestorsQuery, type ProjectRow, projectQuery, shownBelow } from '../api/projects'
import { lastPart } from '../format/projectName'
import { CrumbSeparator, TopBar } from '../frame/TopBar'
import { useTitle } from '../frame/title'
import { CopyButton } from '../ui/CopyButton'
import { Empty, ErrorNotice, Skeleton } from '../ui/Notices'
import { TAB } from '../ui/Tabs'
import { words } from '../words'
import { ProjectMenu } from './ProjectMenu'

const route = getRouteApi('/frame/projects/$projectId')

/** One project: its path above, its tabs, and the tab the address names. */
export function ProjectPage() {
  const { projectId } = route.useParams()
  const say = words.projects
  const { data: project, error, isPending, refetch } = useQuery(projectQuery(projectId))
  useTitle(project?.name)
  return (
    <>
      <TopBar>
        <Crumbs project={project ?? undefined} projectId={projectId} />
      </TopBar>
      <main className="flex min-h-0 grow flex-col">
        {isPending && <Skeleton rows={4} height={40} />}
        {error && project === undefined && (
          <ErrorNotice title={say.failed} error={error} retry={() => refetch()} />
        )}
        {project === null && (
          <Empty title={say.unknown}>
            <Link to="/projects" className="text-accent underline underline-offset-2">
              {say.goToProjects}
            </Link>
          </Empty>
        )}
        {project && (
          <>
            <Header project={project} />
            <Outlet />
          </>
        )}
      </main>
    </>
  )
}

function Header({ project }: { project: ProjectRow }) {
  const say = words.projects
  const params = { projectId: project.id }
  const below = shownBelow(project)?.length
  return (
    <>
      <div className="flex shrink-0 items-center gap-3 px-4 pt-4 pb-2">
        <h1 className="min-w-0 truncate text-title font-semibold normal-nums" title={project.name}>
          {lastPart(project.name)}
        </h1>
        <ul className="flex min-w-0 shrink gap-1 overflow-hidden">
          {(project.tags ?? []).map((tag) => (
            <li
              key={tag}
              className="max-w-40 shrink-0 truncate rounded-md bg-hover px-1.5 text-small"
            >
              {tag}
            </li>
          ))}
        </ul>
        <div className="ml-auto">
          <ProjectMenu project={project} onOwnPage />
        </div>
      </div>
      <nav aria-label={say.tabs} className="flex shrink-0 gap-1 border-b px-4">
        <Link to="/projects/$projectId/overview" params={params} className={TAB}>
          {say.overview}
        </Link>
        <Link to="/projects/$projectId/projects" params={params} className={TAB}>
          {say.below}
          {below !== undefined && below > 0 && <span className="pl-1 text-muted">{below}</span>}
        </Link>
        <Link to="/tasks" search={{ project: project.id }} className={TAB}>
          {say.tasks}
        </Link>
      </nav>
    </>
  )
}

interface CrumbsProps {
  project: ProjectRow | undefined
  projectId: string
}

function Crumbs({ project, projectId }: CrumbsProps) {
  const above = useQuery({ ...ancestorsQuery(project?.name ?? ''), enabled: !!project }).data ?? []
  return (
    <>
      <Link to="/projects" className="text-muted hover:text-text">
        {words.projects.title}
      </Link>
      {above.map(({ id, name }) => (
        <span key={id} className="contents">
          <CrumbSeparator />
          <Link
            to="/projects/$projectId/overview"
            params={{ projectId: id }}
            title={name}
            className="max-w-60 min-w-0 shrink truncate text-muted normal-nums hover:text-text"
          >
            {lastPart(name)}
          </Link>
        </span>
      ))}
      {project && (
        <>
          <CrumbSeparator />
          <span className="max-w-80 min-w-0 shrink truncate normal-nums" title={project.name}>
            {lastPart(project.name)}
          </span>
        </>
      )}
      <CopyButton text={projectId} label={words.projects.copyId} />
    </>
  )
}
