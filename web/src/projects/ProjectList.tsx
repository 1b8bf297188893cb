import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { ApiError } from '../api/client'
import { type Project, type ProjectRow, projectListQuery } from '../api/projects'
import { SearchBox } from '../frame/SearchBox'
import { Button } from '../ui/Button'
import { Select } from '../ui/Field'
import { PlusIcon } from '../ui/icons'
import { Empty, ErrorNotice, messageOf, Skeleton } from '../ui/Notices'
import { words } from '../words'
import { ProjectCard } from './ProjectCard'
import { ProjectForm } from './ProjectForm'
import { ProjectTree } from './ProjectTree'
import { listingOf, type ProjectsSearch } from './search'

/** The subcode of a pattern that is no regular expression. */
const INVALID_PATTERN = 21

interface ProjectListProps {
  /** Whose sub-projects are listed; the root's when absent. */
  parent?: Project | undefined
  search: ProjectsSearch
  setSearch: (change: ProjectsSearch) => void
}

/** Projects as cards or as a tree, with what narrows and orders them above. */
export function ProjectList({ parent, search, setSearch }: ProjectListProps) {
  const say = words.projects
  const list = useInfiniteQuery(projectListQuery(listingOf(search, parent?.id)))
  const invalid = list.error instanceof ApiError && list.error.subcode === INVALID_PATTERN
  return (
    <>
      <div className="flex min-h-11 shrink-0 flex-wrap items-center gap-2 border-b px-4 py-1.5">
        <SearchBox
          label={say.search}
          q={search.q ?? ''}
          setQ={(q) => setSearch({ q: q || undefined })}
          problem={invalid ? messageOf(list.error) : undefined}
        />
        <Select
          aria-label={say.order}
          className="w-44 [&>select]:h-7"
          value={search.order ?? 'last_update'}
          onChange={(event) =>
            setSearch({ order: event.target.value === 'name' ? 'name' : undefined })
          }
          options={[
            { value: 'last_update', label: say.byUpdate },
            { value: 'name', label: say.byName },
          ]}
        />
        <ViewSwitch
          tree={search.view === 'tree'}
          setTree={(tree) => setSearch({ view: tree ? 'tree' : undefined })}
        />
        <CreateButton parent={parent} />
      </div>
      <div className="min-h-0 grow overflow-y-auto">
        {list.isPending && <Skeleton rows={6} height={64} />}
        {list.isError && !list.data && !invalid && (
          <ErrorNotice title={say.listFailed} error={list.error} retry={() => list.refetch()} />
        )}
        {list.data && (
          <Found
            projects={distinct(list.data.pages)}
            parent={parent}
            search={search}
            setSearch={setSearch}
          />
        )}
        {list.hasNextPage && (
          <div className="px-4 pb-4">
            <Button disabled={list.isFetchingNextPage} onClick={() => list.fetchNextPage()}>
              {say.more}
            </Button>
          </div>
        )}
      </div>
    </>
  )
}

interface FoundProps extends ProjectListProps {
  projects: ProjectRow[]
}

function Found({ projects, parent, search, setSearch }: FoundProps) {
  const say = words.projects
  if (projects.length === 0 && search.q) {
    return (
      <Empty title={say.noMatch}>
        <Button onClick={() => setSearch({ q: undefined })}>{say.clearSearch}</Button>
      </Empty>
    )
  }
  if (projects.length === 0) return <Empty title={parent ? say.noneBelow : say.none} />
  if (search.view === 'tree') {
    return <ProjectTree projects={projects} search={search} setSearch={setSearch} />
  }
  return (
    <ul className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,272px),1fr))] gap-3 p-4">
      {projects.map((project) => (
        <li key={project.id} className="min-w-0">
          <ProjectCard project={project} wholePath={search.q !== undefined} />
        </li>
      ))}
    </ul>
  )
}

function ViewSwitch({ tree, setTree }: { tree: boolean; setTree: (tree: boolean) => void }) {
  const say = words.projects
  return (
    <fieldset aria-label={say.view} className="flex">
      {[false, true].map((isTree) => (
        <Button
          key={String(isTree)}
          kind="quiet"
          aria-pressed={tree === isTree}
          className="aria-pressed:bg-hover aria-pressed:!text-text"
          onClick={() => setTree(isTree)}
        >
          {isTree ? say.tree : say.cards}
        </Button>
      ))}
    </fieldset>
  )
}

function CreateButton({ parent }: { parent: Project | undefined }) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button kind="main" className="ml-auto" onClick={() => setOpen(true)}>
        <PlusIcon />
        {parent ? words.projects.createBelow : words.projects.create}
      </Button>
      {open && <ProjectForm parent={parent?.name ?? ''} close={() => setOpen(false)} />}
    </>
  )
}

/** While pages are read one after another a project may move from one to the next; it is shown once. */
function distinct(pages: ProjectRow[][]): ProjectRow[] {
  return [...new Map(pages.flat().map((project) => [project.id, project])).values()]
}
