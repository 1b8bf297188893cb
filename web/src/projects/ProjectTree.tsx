import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type ProjectRow, projectListQuery, shownBelow } from '../api/projects'
import { lastPart } from '../format/projectName'
import { Ago } from '../ui/Ago'
import { Button } from '../ui/Button'
import { ChevronIcon } from '../ui/icons'
import { ErrorNotice, Skeleton } from '../ui/Notices'
import { StatusShape } from '../ui/StatusMark'
import { words } from '../words'
import { ProjectMenu } from './ProjectMenu'
import { listingOf, openIn, type ProjectsSearch, toggleOpen } from './search'

interface TreeProps {
  projects: ProjectRow[]
  search: ProjectsSearch
  setSearch: (change: ProjectsSearch) => void
}

/** Projects one below the other; what is below one is read when it is opened. */
export function ProjectTree({ projects, search, setSearch }: TreeProps) {
  return (
    <ul aria-label={words.projects.treeLabel} className="py-1">
      {projects.map((project) => (
        <Branch
          key={project.id}
          project={project}
          name={search.q ? project.name : lastPart(project.name)}
          depth={0}
          search={search}
          setSearch={setSearch}
        />
      ))}
    </ul>
  )
}

interface BranchProps extends Omit<TreeProps, 'projects'> {
  project: ProjectRow
  name: string
  depth: number
}

function Branch({ project, name, depth, search, setSearch }: BranchProps) {
  const say = words.projects
  const hasChildren = shownBelow(project)?.length !== 0
  const isOpen = hasChildren && openIn(search.open).has(project.id)
  const stats = project.stats?.active
  const running = stats?.status_count?.in_progress ?? 0
  return (
    <li>
      <div
        className="flex h-8 items-center gap-1 pr-4 hover:bg-hover"
        style={{ paddingLeft: 12 + depth * 20 }}
      >
        <Button
          kind="icon"
          aria-expanded={isOpen}
          aria-label={isOpen ? say.collapse(name) : say.expand(name)}
          className={`!size-6 ${hasChildren ? '' : 'invisible'}`}
          onClick={() => setSearch({ open: toggleOpen(search.open, project.id) })}
        >
          <ChevronIcon className={`!size-3 transition-transform ${isOpen ? '' : '-rotate-90'}`} />
        </Button>
        <Link
          to="/projects/$projectId/overview"
          params={{ projectId: project.id }}
          title={project.name}
          className="min-w-0 truncate font-medium normal-nums hover:text-accent"
        >
          {name}
        </Link>
        <span className="ml-auto flex shrink-0 items-center gap-4 pl-4 text-small text-muted">
          {running > 0 && (
            <span className="inline-flex items-center gap-1 text-running">
              <StatusShape status="running" />
              {say.running(running)}
            </span>
          )}
          {stats?.total_tasks !== undefined && <span>{say.numberOfTasks(stats.total_tasks)}</span>}
          <span className="w-20 text-right">
            <Ago date={project.last_update} />
          </span>
          <ProjectMenu project={project} />
        </span>
      </div>
      {isOpen && (
        <Children project={project} depth={depth + 1} search={search} setSearch={setSearch} />
      )}
    </li>
  )
}

function Children({ project, depth, search, setSearch }: Omit<BranchProps, 'name'>) {
  const say = words.projects
  const list = useInfiniteQuery(projectListQuery(listingOf({ order: search.order }, project.id)))
  if (list.isPending) return <Skeleton rows={1} height={32} />
  if (!list.data) {
    return <ErrorNotice title={say.listFailed} error={list.error} retry={() => list.refetch()} />
  }
  return (
    <ul>
      {list.data.pages.flat().map((child) => (
        <Branch
          key={child.id}
          project={child}
          name={lastPart(child.name)}
          depth={depth}
          search={search}
          setSearch={setSearch}
        />
      ))}
      {list.hasNextPage && (
        <li style={{ paddingLeft: 40 + depth * 20 }}>
          <Button kind="quiet" onClick={() => list.fetchNextPage()}>
            {say.more}
          </Button>
        </li>
      )}
    </ul>
  )
}
