import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { taskTagsQuery } from '../api/tasks'
import { byName } from '../format/order'
import { Button } from '../ui/Button'
import { Combobox } from '../ui/Combobox'
import { Problem } from '../ui/Confirm'
import { Dialog, DialogActions, DialogBody } from '../ui/Dialog'
import { Field } from '../ui/Field'
import { CloseIcon } from '../ui/icons'
import { words } from '../words'
import { tag } from './perform'
import type { ActionDialogProps } from './TaskActions'

/** The tags of one task or of several: what is on some of them can be removed from all. */
export function TagDialog({ tasks, close }: ActionDialogProps) {
  const client = useQueryClient()
  const known = useQuery(taskTagsQuery).data ?? []
  const [added, setAdded] = useState<string[]>([])
  const [removed, setRemoved] = useState<string[]>([])
  const [typed, setTyped] = useState('')
  const present = countTags(tasks.map((task) => task.tags ?? []))
  const text = words.actions.tagDialog
  const pending = typed.trim() ? [...added, typed.trim()] : added
  const attempt = useMutation({
    mutationFn: () => tag(client, tasks, pending, removed),
    onSuccess: close,
  })
  const add = () => {
    const name = typed.trim()
    setTyped('')
    if (!name) return
    setRemoved(removed.filter((each) => each !== name))
    if (present.get(name) !== tasks.length) setAdded([...new Set([...added, name])])
  }
  const drop = (name: string) => {
    setAdded(added.filter((each) => each !== name))
    if (present.has(name)) setRemoved([...removed, name])
  }
  const shown = [...new Set([...present.keys(), ...added])]
    .filter((name) => !removed.includes(name))
    .sort(byName)
  return (
    <Dialog
      title={words.actions.on(words.actions.verbs.tag, tasks.length, tasks[0]?.name ?? '')}
      close={close}
    >
      <DialogBody>
        <ul aria-label={text.tags} className="flex flex-wrap gap-1.5">
          {shown.map((name) => {
            const count = added.includes(name) ? tasks.length : (present.get(name) ?? 0)
            return (
              <li
                key={name}
                className="flex max-w-full items-center gap-1 rounded-md bg-hover pl-2 text-table"
              >
                <span className="truncate normal-nums">{name}</span>
                {count < tasks.length && (
                  <span className="text-small whitespace-nowrap text-muted">
                    {text.onSome(count, tasks.length)}
                  </span>
                )}
                <button
                  type="button"
                  aria-label={text.remove(name)}
                  className="grid size-6 place-items-center text-muted hover:text-text"
                  onClick={() => drop(name)}
                >
                  <CloseIcon className="!size-3" />
                </button>
              </li>
            )
          })}
        </ul>
        <form
          onSubmit={(event) => {
            event.preventDefault()
            add()
          }}
        >
          <Field label={text.add} hint={text.hint}>
            {(ids) => (
              <Combobox
                {...ids}
                value={typed}
                setValue={setTyped}
                options={known.filter((name) => !shown.includes(name))}
                free
              />
            )}
          </Field>
        </form>
        <Problem error={attempt.error} />
      </DialogBody>
      <DialogActions>
        <Button onClick={close}>{words.ui.cancel}</Button>
        <Button
          kind="main"
          disabled={attempt.isPending || pending.length + removed.length === 0}
          onClick={() => attempt.mutate()}
        >
          {text.save}
        </Button>
      </DialogActions>
    </Dialog>
  )
}

/** On how many of the tasks each tag is. */
function countTags(lists: string[][]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const name of lists.flat()) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}
