import { getRouteApi } from '@tanstack/react-router'
import { TopBar } from '../frame/TopBar'
import { words } from '../words'
import { ProjectList } from './ProjectList'
import type { ProjectsSearch } from './search'

const route = getRouteApi('/frame/projects')

/** The projects that are below no other. */
export function ProjectsPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const setSearch = (change: ProjectsSearch) =>
    navigate({ search: (before) => ({ ...before, ...change }), replace: true })
  return (
    <>
      <TopBar>
        <h1 className="font-medium">{words.projects.title}</h1>
      </TopBar>
      <main className="flex min-h-0 grow flex-col">
        <ProjectList search={search} setSearch={setSearch} />
      </main>
    </>
  )
}
