import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { FormEvent } from 'react'
import { createCredential, credentialsQuery, type NewCredential } from '../api/credentials'
import { Button } from '../ui/Button'
import { Problem } from '../ui/Confirm'
import { Dialog, DialogActions, DialogBody } from '../ui/Dialog'
import { Field, Input } from '../ui/Field'
import { words } from '../words'
import { ClientSetup } from './ClientSetup'

/** Makes a pair of keys and shows it, this once, as configurations to paste. */
export function NewCredentials({ close }: { close: () => void }) {
  const say = words.settings
  const client = useQueryClient()
  const make = useMutation({
    mutationFn: createCredential,
    onSuccess: () => client.invalidateQueries(credentialsQuery),
  })
  if (make.data) return <Made keys={make.data} close={close} />
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    make.mutate(String(new FormData(event.currentTarget).get('label')).trim())
  }
  return (
    <Dialog title={say.createTitle} close={close}>
      <form onSubmit={onSubmit} className="contents">
        <DialogBody>
          <Field label={say.label} hint={say.labelHint}>
            {(ids) => <Input {...ids} name="label" />}
          </Field>
          <Problem error={make.error} />
        </DialogBody>
        <DialogActions>
          <Button onClick={close}>{words.ui.cancel}</Button>
          <Button kind="main" type="submit" disabled={make.isPending}>
            {say.createAction}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}

function Made({ keys, close }: { keys: NewCredential; close: () => void }) {
  const say = words.settings
  return (
    <Dialog title={say.created} close={close} width={640}>
      <DialogBody>
        <p>{say.secretOnce}</p>
        <ClientSetup keys={keys} />
      </DialogBody>
      <DialogActions>
        <Button kind="main" onClick={close}>
          {say.done}
        </Button>
      </DialogActions>
    </Dialog>
  )
}
