import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { refreshTasks } from '../actions/perform'
import { clearQueue, deleteQueue, type Queue, queueLabel, refreshQueues } from '../api/queues'
import { Confirm } from '../ui/Confirm'
import { MenuItem, MenuSeparator } from '../ui/Menu'
import { MoreMenu } from '../ui/MoreMenu'
import { toast } from '../ui/toasts'
import { words } from '../words'
import { QueueForm } from './QueueForm'

interface QueueMenuProps {
  queue: Queue
  /** On the queue's own page, which one leaves when the queue is gone. */
  onOwnPage?: boolean
}

/** What can be done with a queue. */
export function QueueMenu({ queue, onOwnPage }: QueueMenuProps) {
  const say = words.workers
  const client = useQueryClient()
  const router = useRouter()
  const [open, setOpen] = useState<'rename' | 'clear' | 'delete' | null>(null)
  const close = () => setOpen(null)
  const name = queueLabel(queue)
  const run = async () => {
    await deleteQueue(queue.id)
    if (onOwnPage) await router.navigate({ to: '/queues', replace: true })
    await refreshQueues(client)
    toast({ text: say.queueDeleted(name) })
  }
  const clear = async () => {
    const count = await clearQueue(queue.id)
    await Promise.all([refreshQueues(client), refreshTasks(client)])
    toast({ text: say.cleared(count, name) })
  }
  return (
    <>
      <MoreMenu label={say.moreActions(name)}>
        <MenuItem onSelect={() => setOpen('rename')}>{say.rename}</MenuItem>
        <MenuSeparator />
        <MenuItem
          danger
          off={queue.entries.length === 0 ? say.nothingToClear : undefined}
          onSelect={() => setOpen('clear')}
        >
          {say.clear}
        </MenuItem>
        <MenuItem danger onSelect={() => setOpen('delete')}>
          {say.delete}
        </MenuItem>
      </MoreMenu>
      {open === 'rename' && <QueueForm queue={queue} close={close} />}
      {open === 'clear' && (
        <Confirm
          title={say.clearTitle(name)}
          consequences={say.clearConsequences(queue.entries.length)}
          action={say.clearAction}
          danger
          run={clear}
          close={close}
        />
      )}
      {open === 'delete' && (
        <Confirm
          title={say.deleteTitle(name)}
          consequences={say.deleteConsequences(queue.entries.length, queue.workers.length)}
          action={say.deleteAction}
          danger
          run={run}
          close={close}
        />
      )}
    </>
  )
}
