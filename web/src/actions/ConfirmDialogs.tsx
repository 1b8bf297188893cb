import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { abortTasks, deleteTasks, publishTasks, resetTasks } from '../api/taskActions'
import { contentsOfTasksQuery } from '../api/taskContents'
import { Confirm } from '../ui/Confirm'
import { messageOf } from '../ui/Notices'
import { words } from '../words'
import { perform } from './perform'
import type { Action, ActionTask } from './rules'
import type { ActionDialogProps } from './TaskActions'

export function AbortDialog({ tasks, close }: ActionDialogProps) {
  const client = useQueryClient()
  return (
    <Confirm
      title={`${said('abort', tasks)}?`}
      consequences={words.actions.abortDialog.effects}
      action={short('abort', tasks)}
      run={() => perform(client, 'abort', tasks, abortTasks)}
      close={close}
    />
  )
}

export function PublishDialog({ tasks, close }: ActionDialogProps) {
  const client = useQueryClient()
  return (
    <Confirm
      title={`${said('publish', tasks)}?`}
      consequences={words.actions.publishDialog.effects}
      action={short('publish', tasks)}
      run={() => perform(client, 'publish', tasks, publishTasks)}
      close={close}
    />
  )
}

export function ResetDialog({ tasks, close }: ActionDialogProps) {
  const client = useQueryClient()
  const [withFiles, setWithFiles] = useState(true)
  return (
    <Confirm
      title={`${said('reset', tasks)}?`}
      consequences={words.actions.resetDialog.effects}
      action={short('reset', tasks)}
      danger
      run={() => perform(client, 'reset', tasks, (ids) => resetTasks(ids, { withFiles }))}
      close={close}
    >
      <Choice label={words.actions.resetDialog.files} on={withFiles} set={setWithFiles} />
    </Confirm>
  )
}

export function DeleteDialog({ tasks, close }: ActionDialogProps) {
  const client = useQueryClient()
  const [withFiles, setWithFiles] = useState(true)
  const contents = useQuery(contentsOfTasksQuery(tasks.map(({ id }) => id)))
  const { deleteDialog } = words.actions
  const counted = contents.data
    ? [deleteDialog.models(contents.data.models), deleteDialog.artifacts(contents.data.artifacts)]
    : [contents.isError ? messageOf(contents.error) : deleteDialog.counting]
  return (
    <Confirm
      title={`${said('delete', tasks)}?`}
      consequences={[
        deleteDialog.tasks(tasks.length),
        ...counted,
        deleteDialog.children,
        deleteDialog.final,
      ]}
      action={short('delete', tasks)}
      danger
      run={() => perform(client, 'delete', tasks, (ids) => deleteTasks(ids, { withFiles }))}
      close={close}
    >
      <Choice label={deleteDialog.files} on={withFiles} set={setWithFiles} />
    </Confirm>
  )
}

function Choice({ label, on, set }: { label: string; on: boolean; set: (on: boolean) => void }) {
  return (
    <label className="flex items-center gap-2">
      <input
        type="checkbox"
        className="accent-accent"
        checked={on}
        onChange={(event) => set(event.target.checked)}
      />
      {label}
    </label>
  )
}

/** `Abort sweep 12`, `Abort 3 tasks`. */
function said(action: Action, tasks: ActionTask[]): string {
  return words.actions.on(words.actions.verbs[action], tasks.length, tasks[0]?.name ?? '')
}

/** `Abort`, `Abort 3 tasks`: a button does not repeat a long name. */
function short(action: Action, tasks: ActionTask[]): string {
  return tasks.length === 1 ? words.actions.verbs[action] : said(action, tasks)
}
