import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { moveProject, projectsQuery, refreshProjects } from '../api/projects'
import { lastPart } from '../format/projectName'
import { Button } from '../ui/Button'
import { Combobox } from '../ui/Combobox'
import { Problem } from '../ui/Confirm'
import { Dialog, DialogActions, DialogBody } from '../ui/Dialog'
import { Field } from '../ui/Field'
import { toast } from '../ui/toasts'
import { words } from '../words'
import type { ProjectDialogProps } from './dialog'

/** Places a project, with all that is below it, somewhere else. */
export function MoveProject({ project, close }: ProjectDialogProps) {
  const say = words.projects
  const client = useQueryClient()
  const before = project.name.slice(0, -(lastPart(project.name).length + 1))
  const [parent, setParent] = useState(before)
  const names = useQuery(projectsQuery).data ?? []
  const elsewhere = names.map(({ name }) => name).filter((name) => !isWithin(name, project.name))
  const move = useMutation({
    mutationFn: () => moveProject(project.id, parent.trim()),
    onSuccess: async () => {
      await refreshProjects(client)
      toast({
        text: say.wasMoved(project.name),
        undo: async () => {
          await moveProject(project.id, before)
          await refreshProjects(client)
        },
      })
      close()
    },
  })
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    move.mutate()
  }
  return (
    <Dialog title={say.moveTitle(project.name)} close={close}>
      <form onSubmit={onSubmit} className="contents">
        <DialogBody>
          <Field label={say.parent} hint={say.parentHint}>
            {(ids) => (
              <Combobox {...ids} free value={parent} setValue={setParent} options={elsewhere} />
            )}
          </Field>
          <Problem error={move.error} />
        </DialogBody>
        <DialogActions>
          <Button onClick={close}>{words.ui.cancel}</Button>
          <Button kind="main" type="submit" disabled={move.isPending || parent.trim() === before}>
            {say.moveAction}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}

/** True for a project and for all below it. */
function isWithin(name: string, project: string): boolean {
  return name === project || name.startsWith(`${project}/`)
}
