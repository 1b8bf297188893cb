import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { cloneTask } from '../api/taskActions'
import { Button } from '../ui/Button'
import { Problem } from '../ui/Confirm'
import { Dialog, DialogActions, DialogBody } from '../ui/Dialog'
import { Field, Input, TextArea } from '../ui/Field'
import { words } from '../words'
import { EnqueueDialog } from './EnqueueDialog'
import { ProjectField } from './MoveDialog'
import { refreshTasks } from './perform'
import type { ActionTask } from './rules'
import type { ActionDialogProps } from './TaskActions'

const SHORTEST_NAME = 3

/** Makes a draft of a task, to be edited or to be run as it is. */
export function CloneDialog({ tasks, close }: ActionDialogProps) {
  const client = useQueryClient()
  const navigate = useNavigate()
  const source = tasks[0]
  const text = words.actions.cloneDialog
  const [name, setName] = useState(text.copyOf(source?.name ?? ''))
  const [project, setProject] = useState(source?.project?.name ?? '')
  const [comment, setComment] = useState('')
  const [clone, setClone] = useState<ActionTask>()
  const attempt = useMutation({
    mutationFn: async () => {
      const id = await cloneTask({ task: source?.id ?? '', name, comment, project })
      await refreshTasks(client)
      return id
    },
  })
  const short = name.trim().length < SHORTEST_NAME
  const edit = async () => {
    const taskId = await attempt.mutateAsync()
    close()
    navigate({ to: '/tasks/$taskId/$tab', params: { taskId, tab: 'configuration' } })
  }
  const run = async () => setClone({ id: await attempt.mutateAsync(), name, status: 'created' })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!short) edit().catch(() => undefined)
  }
  if (clone) return <EnqueueDialog tasks={[clone]} close={close} />
  return (
    <Dialog
      title={words.actions.on(words.actions.verbs.clone, 1, source?.name ?? '')}
      close={close}
    >
      <form onSubmit={submit} className="flex min-h-0 flex-col">
        <DialogBody>
          <Field label={text.name} problem={short ? text.nameShort : undefined}>
            {(ids) => (
              <Input {...ids} value={name} onChange={(event) => setName(event.target.value)} />
            )}
          </Field>
          <ProjectField label={text.project} name={project} setName={setProject} />
          <Field label={text.comment}>
            {(ids) => (
              <TextArea
                {...ids}
                rows={3}
                value={comment}
                onChange={(event) => setComment(event.target.value)}
              />
            )}
          </Field>
          <Problem error={attempt.error} />
        </DialogBody>
        <DialogActions>
          <Button onClick={close}>{words.ui.cancel}</Button>
          <Button
            disabled={short || attempt.isPending}
            onClick={() => run().catch(() => undefined)}
          >
            {text.run}
          </Button>
          <Button kind="main" type="submit" disabled={short || attempt.isPending}>
            {text.edit}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}
