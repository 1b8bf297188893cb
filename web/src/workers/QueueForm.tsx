import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { FormEvent } from 'react'
import { createQueue, type Queue, refreshQueues, renameQueue } from '../api/queues'
import { Button } from '../ui/Button'
import { Problem } from '../ui/Confirm'
import { Dialog, DialogActions, DialogBody } from '../ui/Dialog'
import { Field, Input } from '../ui/Field'
import { toast } from '../ui/toasts'
import { words } from '../words'

interface QueueFormProps {
  /** The queue that is renamed; a new one is made when absent. */
  queue?: Queue
  close: () => void
}

/** Makes a queue or gives one another name. */
export function QueueForm({ queue, close }: QueueFormProps) {
  const say = words.workers
  const client = useQueryClient()
  const save = useMutation({
    mutationFn: (name: string) => (queue ? renameQueue(queue.id, name) : createQueue(name)),
    onSuccess: async (_, name) => {
      await refreshQueues(client)
      if (!queue) toast({ text: say.queueCreated(name) })
      close()
    },
  })
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    save.mutate(String(new FormData(event.currentTarget).get('name')).trim())
  }
  return (
    <Dialog title={queue ? say.renameTitle(queue.name) : say.newQueue} close={close}>
      <form onSubmit={onSubmit} className="contents">
        <DialogBody>
          <Field label={say.queueName} hint={say.queueNameHint}>
            {(ids) => (
              <Input {...ids} name="name" required minLength={3} defaultValue={queue?.name ?? ''} />
            )}
          </Field>
          <Problem error={save.error} />
        </DialogBody>
        <DialogActions>
          <Button onClick={close}>{words.ui.cancel}</Button>
          <Button kind="main" type="submit" disabled={save.isPending}>
            {queue ? say.save : say.createQueue}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}
