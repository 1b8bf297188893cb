import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { projectQuery } from '../api/projects'
import { ProjectList } from './ProjectList'
import type { ProjectsSearch } from './search'

const route = getRouteApi('/frame/projects/$projectId/projects')

export function SubProjectsTab() {
  const { projectId } = route.useParams()
  const { data: project } = useQuery(projectQuery(projectId))
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const setSearch = (change: ProjectsSearch) =>
    navigate({ search: (before) => ({ ...before, ...change }), replace: true })
  return <ProjectList parent={project ?? undefined} search={search} setSearch={setSearch} />
}
