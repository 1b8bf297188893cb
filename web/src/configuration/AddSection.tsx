import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { refreshTasks } from '../actions/perform'
import { saveConfiguration, saveSection } from '../api/configuration'
import type { Task } from '../api/tasks'
import { Button } from '../ui/Button'
import { Problem } from '../ui/Confirm'
import { Dialog, DialogActions, DialogBody } from '../ui/Dialog'
import { Field, Input, Select } from '../ui/Field'
import { words } from '../words'

interface AddSectionProps {
  task: Task
  /** Keys of what is there already. */
  taken: string[]
  close: () => void
  show: (key: string) => void
}

/** A new section with its first parameter, or a new configuration object. */
export function AddSection({ task, taken, close, show }: AddSectionProps) {
  const client = useQueryClient()
  const text = words.configuration
  const [kind, setKind] = useState<'p' | 'o'>('p')
  const [name, setName] = useState('')
  const [parameter, setParameter] = useState('')
  const key = `${kind}:${name.trim()}`
  const attempt = useMutation({
    mutationFn: async () => {
      const section = name.trim()
      if (kind === 'o') await saveConfiguration(task.id, { name: section, value: '' })
      else await saveSection(task.id, section, [{ section, name: parameter.trim(), value: '' }])
      await refreshTasks(client)
    },
    onSuccess: () => {
      show(key)
      close()
    },
  })
  const isTaken = taken.includes(key)
  const complete = name.trim() !== '' && !isTaken && (kind === 'o' || parameter.trim() !== '')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (complete) attempt.mutate()
  }
  return (
    <Dialog title={text.add} close={close}>
      <form onSubmit={submit} className="flex min-h-0 flex-col">
        <DialogBody>
          <Field label={text.kind}>
            {(ids) => (
              <Select
                {...ids}
                value={kind}
                onChange={(event) => setKind(event.target.value === 'o' ? 'o' : 'p')}
                options={[
                  { value: 'p', label: text.section },
                  { value: 'o', label: text.object },
                ]}
              />
            )}
          </Field>
          <Field label={text.name} problem={isTaken ? text.nameTwice : undefined}>
            {(ids) => (
              <Input {...ids} value={name} onChange={(event) => setName(event.target.value)} />
            )}
          </Field>
          {kind === 'p' && (
            <Field label={text.firstParameter}>
              {(ids) => (
                <Input
                  {...ids}
                  value={parameter}
                  onChange={(event) => setParameter(event.target.value)}
                />
              )}
            </Field>
          )}
          <Problem error={attempt.error} />
        </DialogBody>
        <DialogActions>
          <Button onClick={close}>{words.ui.cancel}</Button>
          <Button kind="main" type="submit" disabled={!complete || attempt.isPending}>
            {text.add}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}
