import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { deleteQueue, type Queue, queueLabel, refreshQueues } from '../api/queues'
import { Button } from '../ui/Button'
import { Confirm } from '../ui/Confirm'
import { MoreIcon } from '../ui/icons'
import { Menu, MenuItem, MenuSeparator } from '../ui/Menu'
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
  const [open, setOpen] = useState<'rename' | 'delete' | null>(null)
  const close = () => setOpen(null)
  const name = queueLabel(queue)
  const run = async () => {
    await deleteQueue(queue.id)
    if (onOwnPage) await router.navigate({ to: '/queues', replace: true })
    await refreshQueues(client)
    toast({ text: say.queueDeleted(name) })
  }
  return (
    <>
      <Menu
        align="end"
        trigger={
          <Button kind="icon" aria-label={say.moreActions(name)}>
            <MoreIcon />
          </Button>
        }
      >
        <MenuItem onSelect={() => setOpen('rename')}>{say.rename}</MenuItem>
        <MenuSeparator />
        <MenuItem danger onSelect={() => setOpen('delete')}>
          {say.delete}
        </MenuItem>
      </Menu>
      {open === 'rename' && <QueueForm queue={queue} close={close} />}
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
