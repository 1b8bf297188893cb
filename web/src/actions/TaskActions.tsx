import { useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useCallback, useState } from 'react'
import { CloneDialog } from './CloneDialog'
import { AbortDialog, DeleteDialog, PublishDialog, ResetDialog } from './ConfirmDialogs'
import { EnqueueDialog } from './EnqueueDialog'
import { MoveDialog } from './MoveDialog'
import { archive, dequeue, restore } from './perform'
import type { Action, ActionTask } from './rules'
import { TagDialog } from './TagDialog'
import { StartActionContext } from './useTaskActions'

/** What every dialog of an action gets. */
export interface ActionDialogProps {
  tasks: ActionTask[]
  close: () => void
}

/** The actions that ask first. The others happen at once and can be undone. */
const DIALOGS: Partial<Record<Action, (props: ActionDialogProps) => ReactNode>> = {
  enqueue: EnqueueDialog,
  abort: AbortDialog,
  clone: CloneDialog,
  reset: ResetDialog,
  publish: PublishDialog,
  tag: TagDialog,
  move: MoveDialog,
  delete: DeleteDialog,
}

/** Around everything that offers actions on tasks: shows the dialog of the one that was begun. */
export function TaskActions({ children }: { children: ReactNode }) {
  const client = useQueryClient()
  const [begun, setBegun] = useState<{ action: Action; tasks: ActionTask[] } | null>(null)
  const start = useCallback(
    (action: Action, tasks: ActionTask[]) => {
      if (action === 'archive') archive(client, tasks)
      else if (action === 'restore') restore(client, tasks)
      else if (action === 'dequeue') dequeue(client, tasks)
      else setBegun({ action, tasks })
    },
    [client],
  )
  const Shown = begun && DIALOGS[begun.action]
  return (
    <StartActionContext value={start}>
      {children}
      {Shown && <Shown tasks={begun.tasks} close={() => setBegun(null)} />}
    </StartActionContext>
  )
}
