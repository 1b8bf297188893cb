import { BASE_PATH } from '../api/client'
import { readTask } from '../api/tasks'
import { copyText } from '../ui/CopyButton'
import { MenuItem, MenuSeparator } from '../ui/Menu'
import { messageOf } from '../ui/Notices'
import { saveText } from '../ui/save'
import { toast } from '../ui/toasts'
import { words } from '../words'
import { ACTIONS, type Action, type ActionTask, refusal } from './rules'
import { useTaskActions } from './useTaskActions'

/** The actions after which something is gone. */
const DANGER: readonly Action[] = ['reset', 'delete']

/** Everything that can be done to a task; what is off says why. */
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
      <MenuItem onSelect={() => save(task)}>{words.actions.save}</MenuItem>
    </>
  )
}

/** Keeps everything the server knows of a task as a file. */
async function save({ id, name }: ActionTask): Promise<void> {
  try {
    saveText(`${name}.json`, JSON.stringify(await readTask(id), null, 2), 'application/json')
  } catch (error) {
    toast({ text: `${words.actions.saveFailed}: ${messageOf(error)}`, failed: true })
  }
}

async function share(task: string): Promise<void> {
  const copied = await copyText(`${location.origin}${BASE_PATH}tasks/${task}`)
  toast(copied ? { text: words.actions.shared } : { text: words.actions.notShared, failed: true })
}
