import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import {
  type Credential,
  credentialsQuery,
  labelCredential,
  revokeCredential,
} from '../api/credentials'
import { formatAge, readMoment } from '../format/time'
import { Button } from '../ui/Button'
import { Confirm, Problem } from '../ui/Confirm'
import { Dialog, DialogActions, DialogBody } from '../ui/Dialog'
import { Field, Input } from '../ui/Field'
import { MoreIcon } from '../ui/icons'
import { Menu, MenuItem, MenuSeparator } from '../ui/Menu'
import { toast } from '../ui/toasts'
import { words } from '../words'

/** What can be done with a pair of keys. */
export function CredentialMenu({ credential }: { credential: Credential }) {
  const say = words.settings
  const client = useQueryClient()
  const [open, setOpen] = useState<'label' | 'revoke' | null>(null)
  const close = () => setOpen(null)
  const name = credential.label || credential.access_key
  const run = async () => {
    await revokeCredential(credential.access_key)
    await client.invalidateQueries(credentialsQuery)
    toast({ text: say.revoked })
  }
  return (
    <>
      <Menu
        align="end"
        trigger={
          <Button kind="icon" aria-label={say.moreActions(name)}>
            <MoreIcon />
          </Button>
        }
      >
        <MenuItem onSelect={() => setOpen('label')}>{say.editLabel}</MenuItem>
        <MenuSeparator />
        <MenuItem danger onSelect={() => setOpen('revoke')}>
          {say.revoke}
        </MenuItem>
      </Menu>
      {open === 'label' && <LabelForm credential={credential} close={close} />}
      {open === 'revoke' && (
        <Confirm
          title={say.revokeTitle(name)}
          consequences={say.revokeConsequences(lastUse(credential))}
          action={say.revokeAction}
          danger
          run={run}
          close={close}
        />
      )}
    </>
  )
}

function LabelForm({ credential, close }: { credential: Credential; close: () => void }) {
  const say = words.settings
  const client = useQueryClient()
  const save = useMutation({
    mutationFn: (label: string) => labelCredential(credential.access_key, label),
    onSuccess: async () => {
      await client.invalidateQueries(credentialsQuery)
      close()
    },
  })
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    save.mutate(String(new FormData(event.currentTarget).get('label')).trim())
  }
  return (
    <Dialog title={say.editLabelOf(credential.access_key)} close={close}>
      <form onSubmit={onSubmit} className="contents">
        <DialogBody>
          <Field label={say.label} hint={say.labelHint}>
            {(ids) => <Input {...ids} name="label" defaultValue={credential.label ?? ''} />}
          </Field>
          <Problem error={save.error} />
        </DialogBody>
        <DialogActions>
          <Button onClick={close}>{words.ui.cancel}</Button>
          <Button kind="main" type="submit" disabled={save.isPending}>
            {say.save}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}

function lastUse(credential: Credential): string {
  const moment = readMoment(credential.last_used)
  if (!moment) return words.settings.never
  const age = formatAge(moment, Date.now())
  return credential.last_used_from ? `${age}, ${credential.last_used_from}` : age
}
