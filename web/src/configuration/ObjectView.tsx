import { useMutation, useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { refreshTasks } from '../actions/perform'
import {
  type ConfigurationObject,
  deleteConfiguration,
  saveConfiguration,
} from '../api/configuration'
import type { Task } from '../api/tasks'
import { isEditable } from '../task/edits'
import { Button } from '../ui/Button'
import { Confirm, Problem } from '../ui/Confirm'
import { CopyButton } from '../ui/CopyButton'
import { Skeleton } from '../ui/Notices'
import { words } from '../words'

const TextEditor = lazy(async () => ({ default: (await import('./ObjectEditor')).ObjectEditor }))

/** A configuration object's text, to read and on a draft to edit. */
export function ObjectView({ task, object }: { task: Task; object: ConfigurationObject }) {
  const client = useQueryClient()
  const text = words.configuration
  const [draft, setDraft] = useState<string | null>(null)
  const [deleting, setDeleting] = useState(false)
  const save = useMutation({
    mutationFn: async (value: string) => {
      await saveConfiguration(task.id, { ...object, value })
      await refreshTasks(client)
    },
    onSuccess: () => setDraft(null),
  })
  const remove = async () => {
    await deleteConfiguration(task.id, object.name)
    await refreshTasks(client)
  }
  const editable = isEditable(task)
  return (
    <section aria-label={object.name} className="flex min-h-0 grow flex-col">
      <div className="flex min-h-11 shrink-0 items-center gap-2 px-4">
        <h2 className="min-w-0 truncate font-semibold normal-nums">{object.name}</h2>
        <span className="min-w-0 truncate text-muted">
          {[object.type, object.description].filter(Boolean).join(' · ')}
        </span>
        <CopyButton text={object.value} label={text.copyObject} />
        <span className="ml-auto" />
        {draft === null ? (
          <>
            {editable && <Button onClick={() => setDeleting(true)}>{text.deleteObject}</Button>}
            <Button
              disabled={!editable}
              title={editable ? undefined : words.task.onlyDrafts}
              onClick={() => setDraft(object.value)}
            >
              {words.task.edit}
            </Button>
          </>
        ) : (
          <>
            <Button onClick={() => setDraft(null)}>{words.task.discard}</Button>
            <Button kind="main" disabled={save.isPending} onClick={() => save.mutate(draft)}>
              {words.task.save}
            </Button>
          </>
        )}
      </div>
      <div className="min-h-0 grow px-4 pb-4">
        <Problem error={save.error} />
        <Suspense fallback={<Skeleton rows={8} height={20} />}>
          <TextEditor
            label={object.name}
            value={draft ?? object.value}
            {...(draft !== null && { setValue: setDraft, save: () => save.mutate(draft) })}
          />
        </Suspense>
      </div>
      {deleting && (
        <Confirm
          title={`${text.deleteObject} ${object.name}?`}
          consequences={[text.deleteEffect]}
          action={text.deleteObject}
          danger
          run={remove}
          close={() => setDeleting(false)}
        />
      )}
    </section>
  )
}
