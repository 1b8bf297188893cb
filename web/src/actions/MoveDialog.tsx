import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { projectsQuery } from '../api/projects'
import { Button } from '../ui/Button'
import { Combobox } from '../ui/Combobox'
import { Problem } from '../ui/Confirm'
import { Dialog, DialogActions, DialogBody } from '../ui/Dialog'
import { Field } from '../ui/Field'
import { words } from '../words'
import { move } from './perform'
import type { ActionDialogProps } from './TaskActions'

export function MoveDialog({ tasks, close }: ActionDialogProps) {
  const client = useQueryClient()
  const [name, setName] = useState('')
  const [asked, setAsked] = useState(false)
  const attempt = useMutation({
    mutationFn: () => move(client, tasks, { project_name: name }),
    onSuccess: close,
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setAsked(true)
    if (name) attempt.mutate()
  }
  return (
    <Dialog
      title={words.actions.on(words.actions.verbs.move, tasks.length, tasks[0]?.name ?? '')}
      close={close}
    >
      <form onSubmit={submit} className="flex min-h-0 flex-col">
        <DialogBody>
          <ProjectField
            label={words.actions.moveDialog.project}
            name={name}
            setName={setName}
            problem={asked && !name ? words.actions.moveDialog.missing : undefined}
          />
          <Problem error={attempt.error} />
        </DialogBody>
        <DialogActions>
          <Button onClick={close}>{words.ui.cancel}</Button>
          <Button kind="main" type="submit" disabled={attempt.isPending}>
            {words.actions.verbs.move}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}

interface ProjectFieldProps {
  label: string
  name: string
  setName: (name: string) => void
  problem?: string | undefined
}

/** A project's path, completed from those that exist. */
export function ProjectField({ label, name, setName, problem }: ProjectFieldProps) {
  const projects = useQuery(projectsQuery)
  return (
    <Field label={label} hint={words.actions.cloneDialog.projectHint} problem={problem}>
      {(ids) => (
        <Combobox
          {...ids}
          value={name}
          setValue={setName}
          options={(projects.data ?? []).map((project) => project.name)}
          free
        />
      )}
    </Field>
  )
}
