import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { type Entry, type Kind, saveEntry } from '../api/gateway'
import { Button } from '../ui/Button'
import { Problem } from '../ui/Confirm'
import { Dialog, DialogActions, DialogBody } from '../ui/Dialog'
import { Snippet } from '../ui/Snippet'
import { words } from '../words'
import { FormField } from './FormField'
import { type FieldOf, FORMS, readField } from './kinds'
import { nameOf } from './names'

interface EntryFormProps {
  kind: Kind
  /** The entry that is changed; a new one is made when absent. */
  entry?: Entry
  close: () => void
}

/** Registers something, or changes it. */
export function EntryForm({ kind, entry, close }: EntryFormProps) {
  const say = words.gateway
  const client = useQueryClient()
  const [wrong, setWrong] = useState<string | null>(null)
  const fields = FORMS[kind].fields.filter((field) => !(entry && field.once))
  const save = useMutation({
    mutationFn: (values: object) => saveEntry(kind, entry?.id, values),
    onSuccess: async (saved) => {
      await client.invalidateQueries({ queryKey: ['gateway'] })
      if (typeof saved.token !== 'string') close()
    },
  })
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    try {
      save.mutate(valuesOf(new FormData(event.currentTarget), fields, entry))
      setWrong(null)
    } catch {
      setWrong(say.notJson)
    }
  }
  const token = save.data?.token
  if (typeof token === 'string') return <MadeToken token={token} close={close} />
  const { one } = say.kinds[kind]
  return (
    <Dialog title={entry ? say.editTitle(one, nameOf(kind, entry)) : say.add(one)} close={close}>
      <form onSubmit={onSubmit} className="contents">
        <DialogBody>
          {fields.map((field) => (
            <FormField key={field.name} field={field} entry={entry} />
          ))}
          <Problem error={wrong ?? save.error} />
        </DialogBody>
        <DialogActions>
          <Button onClick={close}>{words.ui.cancel}</Button>
          <Button kind="main" type="submit" disabled={save.isPending}>
            {entry ? say.save : say.create}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}

/** What the form says, as the interface takes it. */
function valuesOf(form: FormData, fields: readonly FieldOf[], entry?: Entry) {
  const values: Record<string, unknown> = {}
  for (const { name, control } of fields) {
    const text = String(form.get(name) ?? '')
    if (control === 'flag') values[name] = form.get(name) === 'on'
    else if (control === 'subject')
      values[name] = subjectOf(text, String(form.get('subject_name') ?? ''))
    else if (control === 'apiTarget') Object.assign(values, targetOf(text))
    else if (control === 'json' && text.trim() === '') values[name] = name === 'headers' ? {} : null
    else if (text.trim() === '' && (name === 'image' || name === 'plan')) values[name] = null
    else if (text.trim() === '' && !entry && (name === 'expires' || name === 'task')) continue
    else values[name] = readField(control, text)
  }
  return values
}

function subjectOf(kind: string, name: string) {
  return kind === 'anonymous' ? { kind } : { kind, name: name.trim() }
}

/** Mode and target, which one choice decides. */
function targetOf(text: string) {
  const [mode, target] = text.split(' ')
  return { mode, target }
}

function MadeToken({ token, close }: { token: string; close: () => void }) {
  const say = words.gateway
  return (
    <Dialog title={say.tokenMade} close={close} width={640}>
      <DialogBody>
        <p>{say.tokenOnce}</p>
        <Snippet text={token} copy={say.copyToken} />
      </DialogBody>
      <DialogActions>
        <Button kind="main" onClick={close}>
          {say.done}
        </Button>
      </DialogActions>
    </Dialog>
  )
}
