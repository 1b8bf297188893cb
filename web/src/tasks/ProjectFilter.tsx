import * as Menu from '@radix-ui/react-dropdown-menu'
import { useQuery } from '@tanstack/react-query'
import { projectQuery, projectsQuery } from '../api/projects'
import { Button } from '../ui/Button'
import { CheckIcon, ChevronIcon } from '../ui/icons'
import { messageOf } from '../ui/Notices'
import { words } from '../words'
import { FilterChip } from './FilterChip'

interface ProjectFilterProps {
  project: string | undefined
  setProject: (project: string | undefined) => void
}

/** Chooses one project, its sub-projects included. Typing in the open menu jumps to a name. */
export function ProjectFilter({ project, setProject }: ProjectFilterProps) {
  const chosen = useQuery(projectQuery(project)).data
  return (
    <FilterChip
      label={words.tasks.project}
      on={project !== undefined}
      clear={() => setProject(undefined)}
      menu={
        <Menu.Root modal={false}>
          <Menu.Trigger asChild>
            <Button kind="quiet" className="max-w-80">
              {project ? (
                <span className="truncate">
                  {words.tasks.project}:{' '}
                  <span className="text-text">{chosen?.name ?? project}</span>
                </span>
              ) : (
                <span className="first-letter:uppercase">{words.tasks.project}</span>
              )}
              <ChevronIcon className="size-3" />
            </Button>
          </Menu.Trigger>
          <Menu.Portal>
            <Menu.Content
              align="start"
              sideOffset={4}
              className="z-50 max-h-[min(60vh,var(--radix-dropdown-menu-content-available-height))] max-w-96 min-w-44 overflow-y-auto rounded-md border bg-raised p-1 shadow-overlay"
            >
              <Projects project={project} setProject={setProject} />
            </Menu.Content>
          </Menu.Portal>
        </Menu.Root>
      }
    />
  )
}

/** The menu's items; read each time it opens. */
function Projects({ project, setProject }: ProjectFilterProps) {
  const { data, error, isPending } = useQuery(projectsQuery)
  if (isPending) return <p className="animate-appear px-2 py-1.5 text-muted">{words.ui.loading}</p>
  if (!data) return <p className="px-2 py-1.5 text-failed">{messageOf(error)}</p>
  if (data.length === 0) return <p className="px-2 py-1.5 text-muted">{words.tasks.noProject}</p>
  return (
    <Menu.RadioGroup value={project ?? ''} onValueChange={setProject}>
      {data.map(({ id, name }) => (
        <Menu.RadioItem
          key={id}
          value={id}
          className="flex h-8 items-center gap-2 rounded-md px-2 outline-none select-none data-[highlighted]:bg-hover"
        >
          <span className="truncate normal-nums" title={name}>
            {name}
          </span>
          <Menu.ItemIndicator className="ml-auto text-accent">
            <CheckIcon />
          </Menu.ItemIndicator>
        </Menu.RadioItem>
      ))}
    </Menu.RadioGroup>
  )
}
