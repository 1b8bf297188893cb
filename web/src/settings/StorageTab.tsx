import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { currentUserQuery } from '../api/session'
import { forgetStorage, type StorageKind, type StorageSettings, storageQuery } from '../api/storage'
import { Ago } from '../ui/Ago'
import { Button } from '../ui/Button'
import { Confirm } from '../ui/Confirm'
import { Empty, ErrorNotice, Skeleton } from '../ui/Notices'
import { toast } from '../ui/toasts'
import { words } from '../words'
import { SettingsSection } from './SettingsSection'
import { StorageForm } from './StorageForm'

const KINDS: readonly StorageKind[] = ['aws', 'google', 'azure']

/** The credentials with which the server deletes files in object stores; for administrators. */
export function StorageTab() {
  const say = words.settings
  const me = useQuery(currentUserQuery).data
  const isAdmin = me?.role === 'admin'
  const settings = useQuery({ ...storageQuery, enabled: isAdmin })
  if (!me) return null
  if (!isAdmin) return <Empty title={say.storageForbidden} />
  return (
    <SettingsSection title={say.storage} hint={say.storageHint}>
      {settings.isPending && <Skeleton rows={3} height={40} />}
      {settings.isError && !settings.data && (
        <ErrorNotice
          title={say.storageFailed}
          error={settings.error}
          retry={() => settings.refetch()}
        />
      )}
      {settings.data && (
        <>
          <ul>
            {KINDS.map((kind) => (
              <Store key={kind} kind={kind} settings={settings.data} />
            ))}
          </ul>
          {settings.data.last_update && (
            <p className="text-small text-muted">
              {say.changed} <Ago date={settings.data.last_update} />
            </p>
          )}
        </>
      )}
    </SettingsSection>
  )
}

function Store({ kind, settings }: { kind: StorageKind; settings: StorageSettings }) {
  const say = words.settings
  const client = useQueryClient()
  const [open, setOpen] = useState<'edit' | 'forget' | null>(null)
  const close = () => setOpen(null)
  const isSet = settings[kind] !== undefined
  const name = say.stores[kind]
  const change = isSet ? say.edit : say.setUp
  const forget = async () => {
    await forgetStorage(kind)
    await client.invalidateQueries(storageQuery)
    toast({ text: say.storageForgotten(name) })
  }
  return (
    <li className="flex min-h-11 items-center gap-3 border-b">
      <span className="w-48 font-medium">{name}</span>
      <span className="text-muted">{isSet ? describe(kind, settings) : say.notSet}</span>
      <span className="ml-auto flex gap-2">
        {isSet && (
          <Button kind="quiet" onClick={() => setOpen('forget')}>
            {say.forget}
          </Button>
        )}
        <Button aria-label={`${change} ${name}`} onClick={() => setOpen('edit')}>
          {change}
        </Button>
      </span>
      {open === 'edit' && <StorageForm kind={kind} settings={settings} close={close} />}
      {open === 'forget' && (
        <Confirm
          title={say.forgetTitle(name)}
          consequences={say.forgetConsequences}
          action={say.forget}
          danger
          run={forget}
          close={close}
        />
      )}
    </li>
  )
}

/** Which credentials are set, without any secret. */
function describe(kind: StorageKind, { aws, google, azure }: StorageSettings): string {
  const say = words.settings
  if (kind === 'google') return google?.project ?? say.isSet
  if (kind === 'azure') return say.containers(azure?.containers?.length ?? 0)
  if (aws?.use_credentials_chain) return say.ownIdentity
  return aws?.key || say.buckets(aws?.buckets?.length ?? 0)
}
