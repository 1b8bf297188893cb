import { useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import type { ProjectRow } from '../api/projects'
import { lastPart } from '../format/projectName'
import { MenuItem, MenuSeparator } from '../ui/Menu'
import { MoreMenu } from '../ui/MoreMenu'
import { words } from '../words'
import { DeleteProject } from './DeleteProject'
import { MergeProject } from './MergeProject'
import { MoveProject } from './MoveProject'
import { ProjectForm } from './ProjectForm'

const DIALOGS = {
  create: null,
  edit: null,
  move: MoveProject,
  merge: MergeProject,
  delete: DeleteProject,
}

interface ProjectMenuProps {
  project: ProjectRow
  /** On the project's own page, which one leaves when the project is gone. */
  onOwnPage?: boolean
}

/** What can be done with a project. */
export function ProjectMenu({ project, onOwnPage }: ProjectMenuProps) {
  const say = words.projects
  const router = useRouter()
  const [open, setOpen] = useState<keyof typeof DIALOGS | null>(null)
  const Chosen = open && DIALOGS[open]
  const close = () => setOpen(null)
  const gone = () => {
    if (onOwnPage) router.navigate({ to: '/projects', replace: true })
  }
  return (
    <>
      <MoreMenu label={say.moreActions(lastPart(project.name))}>
        <MenuItem onSelect={() => setOpen('edit')}>{say.edit}</MenuItem>
        <MenuItem onSelect={() => setOpen('create')}>{say.createBelow}</MenuItem>
        <MenuItem onSelect={() => setOpen('move')}>{say.move}</MenuItem>
        <MenuItem onSelect={() => setOpen('merge')}>{say.merge}</MenuItem>
        <MenuSeparator />
        <MenuItem danger onSelect={() => setOpen('delete')}>
          {say.delete}
        </MenuItem>
      </MoreMenu>
      {open === 'create' && <ProjectForm parent={project.name} close={close} />}
      {open === 'edit' && <ProjectForm project={project} close={close} />}
      {Chosen && <Chosen project={project} close={close} gone={gone} />}
    </>
  )
}
