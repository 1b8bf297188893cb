import type { ReactNode } from 'react'
import { BASE_PATH } from '../api/client'
import { copyText } from '../ui/CopyButton'
import { Menu, MenuItem, MenuSeparator } from '../ui/Menu'
import { toast } from '../ui/toasts'
import { words } from '../words'
import { ACTIONS, type Action, type ActionTask, refusal } from './rules'
import { useTaskActions } from './useTaskActions'

/** The actions after which something is gone. */
const DANGER: readonly Action[] = ['reset', 'delete']

/** Everything that can be done to a task, in a menu; what is off says why. */
export function TaskMenu({ task, trigger }: { task: ActionTask; trigger: ReactNode }) {
  return (
    <Menu align="end" trigger={trigger}>
      <TaskMenuItems task={task} />
    </Menu>
  )
}

export function TaskMenuItems({ task }: { task: ActionTask }) {
  const start = useTaskActions()
  return (
    <>
      {ACTIONS.map((action) => (
        <MenuItem
          key={action}
          off={refusal(action, task)}
          danger={DANGER.includes(action)}
          onSelect={() => start(action, [task])}
        >
          {words.actions.verbs[action]}
        </MenuItem>
      ))}
      <MenuSeparator />
      <MenuItem onSelect={() => share(task.id)}>{words.actions.share}</MenuItem>
    </>
  )
}

async function share(task: string): Promise<void> {
  const copied = await copyText(`${location.origin}${BASE_PATH}tasks/${task}`)
  toast(copied ? { text: words.actions.shared } : { text: words.actions.notShared, failed: true })
}
