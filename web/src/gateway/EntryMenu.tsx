import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { type Entry, type Kind, removeEntry, saveEntry } from '../api/gateway'
import { Button } from '../ui/Button'
import { Confirm } from '../ui/Confirm'
import { MoreIcon } from '../ui/icons'
import { Menu, MenuItem, MenuSeparator } from '../ui/Menu'
import { messageOf } from '../ui/Notices'
import { toast } from '../ui/toasts'
import { words } from '../words'
import { EntryForm } from './EntryForm'
import { nameOf } from './names'

/** What can be done with an entry. */
export function EntryMenu({ kind, entry }: { kind: Kind; entry: Entry }) {
  const say = words.gateway
  const router = useRouter()
  const client = useQueryClient()
  const [open, setOpen] = useState<'edit' | 'remove' | null>(null)
  const close = () => setOpen(null)
  const name = nameOf(kind, entry)
  const refresh = () => client.invalidateQueries({ queryKey: ['gateway'] })
  const decide = useMutation({
    mutationFn: (state: string) => saveEntry(kind, entry.id, { state }),
    onSuccess: refresh,
    onError: (error) => toast({ text: messageOf(error), failed: true }),
  })
  const remove = async () => {
    await removeEntry(kind, entry.id)
    await refresh()
    toast({ text: say.removed(name) })
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
        {kind === 'apis' && (
          <MenuItem
            onSelect={() =>
              router.navigate({ to: '/gateway/try/$apiId', params: { apiId: entry.id } })
            }
          >
            {say.tryIt}
          </MenuItem>
        )}
        {kind === 'grants' && entry.state !== 'active' && (
          <MenuItem onSelect={() => decide.mutate('active')}>{say.approve}</MenuItem>
        )}
        {kind === 'grants' && entry.state !== 'refused' && (
          <MenuItem onSelect={() => decide.mutate('refused')}>{say.refuse}</MenuItem>
        )}
        <MenuItem onSelect={() => setOpen('edit')}>{say.edit}</MenuItem>
        <MenuSeparator />
        <MenuItem danger onSelect={() => setOpen('remove')}>
          {say.remove}
        </MenuItem>
      </Menu>
      {open === 'edit' && <EntryForm kind={kind} entry={entry} close={close} />}
      {open === 'remove' && (
        <Confirm
          title={say.removeTitle(say.kinds[kind].one, name)}
          consequences={[say.removeConsequence]}
          action={say.remove}
          danger
          run={remove}
          close={close}
        />
      )}
    </>
  )
}
