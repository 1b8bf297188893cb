import { useQueryClient } from '@tanstack/react-query'
import { createQueue, type Queue, refreshQueues, renameQueue } from '../api/queues'
import { Field, Input } from '../ui/Field'
import { FormDialog, textIn } from '../ui/FormDialog'
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
  const save = async (form: FormData) => {
    const name = textIn(form, 'name')
    await (queue ? renameQueue(queue.id, name) : createQueue(name))
    await refreshQueues(client)
    if (!queue) toast({ text: say.queueCreated(name) })
  }
  return (
    <FormDialog
      title={queue ? say.renameTitle(queue.name) : say.newQueue}
      action={queue ? say.save : say.createQueue}
      save={save}
      close={close}
    >
      <Field label={say.queueName} hint={say.queueNameHint}>
        {(ids) => (
          <Input {...ids} name="name" required minLength={3} defaultValue={queue?.name ?? ''} />
        )}
      </Field>
    </FormDialog>
  )
}
