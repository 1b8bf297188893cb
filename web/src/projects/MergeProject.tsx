import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { mergeProject, projectsQuery, refreshProjects } from '../api/projects'
import { Combobox } from '../ui/Combobox'
import { Confirm } from '../ui/Confirm'
import { Field } from '../ui/Field'
import { toast } from '../ui/toasts'
import { words } from '../words'
import type { ProjectDialogProps } from './dialog'

/** Moves everything of a project into another one. */
export function MergeProject({ project, close, gone }: ProjectDialogProps) {
  const say = words.projects
  const client = useQueryClient()
  const [into, setInto] = useState('')
  const names = useQuery(projectsQuery).data ?? []
  const others = names.filter(({ id }) => id !== project.id)
  const destination = others.find(({ name }) => name === into)
  const merge = async () => {
    if (!destination) return
    await mergeProject(project.id, destination.id)
    gone()
    await refreshProjects(client)
    toast({ text: say.wasMerged(project.name, into) })
  }
  return (
    <Confirm
      title={say.mergeTitle(project.name)}
      consequences={say.mergeConsequences(project.name)}
      action={say.mergeAction}
      off={!destination}
      run={merge}
      close={close}
    >
      <Field label={say.mergeInto}>
        {(ids) => (
          <Combobox
            {...ids}
            value={into}
            setValue={setInto}
            options={others.map(({ name }) => name)}
          />
        )}
      </Field>
    </Confirm>
  )
}
