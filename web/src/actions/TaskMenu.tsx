import { useRouter } from '@tanstack/react-router'
import { BASE_PATH } from '../api/client'
import { isActive } from '../api/status'
import { readActiveChildren, readPlace, readTask } from '../api/tasks'
import { copyText } from '../ui/CopyButton'
import { MenuItem, MenuSeparator } from '../ui/Menu'
import { messageOf } from '../ui/Notices'
import { saveText } from '../ui/save'
import { toast } from '../ui/toasts'
import { words } from '../words'
import { ACTIONS, type Action, type ActionTask, leadsOthers, refusal } from './rules'
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
      {leadsOthers(task) && <AbortChildren task={task} />}
      <MenuSeparator />
      <Place task={task} />
      <MenuItem onSelect={() => share(task.id)}>{words.actions.share}</MenuItem>
      <MenuItem onSelect={() => save(task)}>{words.actions.save}</MenuItem>
    </>
  )
}

/** Aborts what a pipeline or a search has started, and leaves itself as it is. */
function AbortChildren({ task }: { task: ActionTask }) {
  const start = useTaskActions()
  const say = words.actions
  const abort = async () => {
    try {
      const children = await readActiveChildren(task.id)
      if (children.length === 0) toast({ text: say.noChildren })
      else start('abort', children)
    } catch (error) {
      toast({ text: `${say.childrenFailed}: ${messageOf(error)}`, failed: true })
    }
  }
  return <MenuItem onSelect={abort}>{say.abortChildren}</MenuItem>
}

/** The way to the queue a task waits in, or to the worker that runs it. */
function Place({ task }: { task: ActionTask }) {
  const router = useRouter()
  const say = words.actions
  const go = async () => {
    try {
      const { queue, worker } = await readPlace(task.id)
      if (task.status === 'queued' && queue) {
        await router.navigate({ to: '/queues/$queueId', params: { queueId: queue } })
      } else if (task.status === 'in_progress' && worker) {
        await router.navigate({ to: '/workers', search: { worker } })
      } else toast({ text: say.noPlace })
    } catch (error) {
      toast({ text: `${say.saveFailed}: ${messageOf(error)}`, failed: true })
    }
  }
  if (!isActive(task.status)) return null
  return (
    <MenuItem onSelect={go}>{task.status === 'queued' ? say.showQueue : say.showWorker}</MenuItem>
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
