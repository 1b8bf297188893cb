import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import {
  type Credential,
  credentialsQuery,
  labelCredential,
  revokeCredential,
} from '../api/credentials'
import { formatAge, readMoment } from '../format/time'
import { Confirm } from '../ui/Confirm'
import { Field, Input } from '../ui/Field'
import { FormDialog, textIn } from '../ui/FormDialog'
import { MenuItem, MenuSeparator } from '../ui/Menu'
import { MoreMenu } from '../ui/MoreMenu'
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
      <MoreMenu label={say.moreActions(name)}>
        <MenuItem onSelect={() => setOpen('label')}>{say.editLabel}</MenuItem>
        <MenuSeparator />
        <MenuItem danger onSelect={() => setOpen('revoke')}>
          {say.revoke}
        </MenuItem>
      </MoreMenu>
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
  const save = async (form: FormData) => {
    await labelCredential(credential.access_key, textIn(form, 'label'))
    await client.invalidateQueries(credentialsQuery)
  }
  return (
    <FormDialog
      title={say.editLabelOf(credential.access_key)}
      action={say.save}
      save={save}
      close={close}
    >
      <Field label={say.label} hint={say.labelHint}>
        {(ids) => <Input {...ids} name="label" defaultValue={credential.label ?? ''} />}
      </Field>
    </FormDialog>
  )
}

function lastUse(credential: Credential): string {
  const moment = readMoment(credential.last_used)
  if (!moment) return words.settings.never
  const age = formatAge(moment, Date.now())
  return credential.last_used_from ? `${age}, ${credential.last_used_from}` : age
}
