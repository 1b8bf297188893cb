import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { usePreference } from '../api/preferences'
import { type Queue, queueLabel, queuesQuery } from '../api/queues'
import { Button } from '../ui/Button'
import { Combobox } from '../ui/Combobox'
import { Problem } from '../ui/Confirm'
import { Dialog, DialogActions, DialogBody } from '../ui/Dialog'
import { Field } from '../ui/Field'
import { ErrorNotice } from '../ui/Notices'
import { words } from '../words'
import { enqueue } from './perform'
import type { ActionDialogProps } from './TaskActions'

const asText = (stored: unknown) => (typeof stored === 'string' ? stored : '')

/** Chooses the queue, and tells beforehand whether anybody works on it. */
export function EnqueueDialog({ tasks, close }: ActionDialogProps) {
  const client = useQueryClient()
  const queues = useQuery(queuesQuery)
  const [last, setLast] = usePreference('tasks.lastQueue', asText)
  const [typed, setTyped] = useState<string>()
  const list = queues.data ?? []
  const known = (name: string) => list.find((queue) => queueLabel(queue) === name)
  const name = typed ?? (known(last) ? last : queueLabel(list[0] ?? { name: '' }))
  const queue = known(name)
  const attempt = useMutation({
    mutationFn: () => enqueue(client, tasks, queue ? { queue: queue.id } : { queue_name: name }),
    onSuccess: () => {
      setLast(name)
      close()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (name) attempt.mutate()
  }
  const text = words.actions.enqueueDialog
  return (
    <Dialog
      title={words.actions.on(words.actions.verbs.enqueue, tasks.length, tasks[0]?.name ?? '')}
      close={close}
    >
      <form onSubmit={submit} className="flex min-h-0 flex-col">
        <DialogBody>
          {queues.isError && (
            <ErrorNotice title={text.failed} error={queues.error} retry={() => queues.refetch()} />
          )}
          <Field label={text.queue} hint={text.hint} problem={name ? undefined : text.missing}>
            {(ids) => (
              <Combobox
                {...ids}
                value={name}
                setValue={setTyped}
                options={list.map(queueLabel)}
                free
              />
            )}
          </Field>
          {queues.data && name && <QueueNote queue={queue} />}
          <Problem error={attempt.error} />
        </DialogBody>
        <DialogActions>
          <Button onClick={close}>{words.ui.cancel}</Button>
          <Button
            kind="main"
            type="submit"
            disabled={!name || attempt.isPending || queues.isPending}
          >
            {words.actions.verbs.enqueue}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}

/** Who listens to the queue and what waits in it. */
function QueueNote({ queue }: { queue: Queue | undefined }) {
  const text = words.actions.enqueueDialog
  const alone = !queue || queue.workers.length === 0
  return (
    <p role="status" className={alone ? 'text-aborted' : 'text-muted'}>
      {!queue && text.newQueue}
      {queue && (alone ? text.unwatched : text.watched(queue.workers.length))}
      {queue && queue.entries.length > 0 && ` ${text.waiting(queue.entries.length)}`}
    </p>
  )
}
