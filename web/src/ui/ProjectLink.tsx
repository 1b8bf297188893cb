import { Link } from '@tanstack/react-router'

/** A project's path, which leads to it. */
export function ProjectLink({ project }: { project: { id: string; name?: string } }) {
  return (
    <Link
      to="/projects/$projectId/overview"
      params={{ projectId: project.id }}
      className="min-w-0 truncate text-accent normal-nums hover:underline"
      title={project.name}
    >
      {project.name ?? project.id}
    </Link>
  )
}
