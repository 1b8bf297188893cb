import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { type Credential, credentialsQuery } from '../api/credentials'
import { Ago } from '../ui/Ago'
import { Button } from '../ui/Button'
import { CopyButton } from '../ui/CopyButton'
import { PlusIcon } from '../ui/icons'
import { Empty, ErrorNotice, Skeleton } from '../ui/Notices'
import { PlainTable } from '../ui/PlainTable'
import { words } from '../words'
import { CredentialMenu } from './CredentialMenu'
import { NewCredentials } from './NewCredentials'
import { SettingsSection } from './SettingsSection'

/** The pairs of keys one's scripts and agents sign in with. */
export function CredentialsTab() {
  const say = words.settings
  const [creating, setCreating] = useState(false)
  const list = useQuery(credentialsQuery)
  return (
    <SettingsSection
      title={say.credentials}
      hint={say.credentialsHint}
      action={
        <Button kind="main" className="shrink-0" onClick={() => setCreating(true)}>
          <PlusIcon />
          {say.create}
        </Button>
      }
    >
      {creating && <NewCredentials close={() => setCreating(false)} />}
      {list.isPending && <Skeleton rows={3} height={32} />}
      {list.isError && !list.data && (
        <ErrorNotice title={say.failed} error={list.error} retry={() => list.refetch()} />
      )}
      {list.data?.length === 0 && <Empty title={say.none} />}
      {list.data && list.data.length > 0 && (
        <PlainTable heads={[say.label, say.accessKey, say.lastUsed, say.from]} controls>
          {list.data.map((credential) => (
            <Row key={credential.access_key} credential={credential} />
          ))}
        </PlainTable>
      )}
    </SettingsSection>
  )
}

function Row({ credential }: { credential: Credential }) {
  const say = words.settings
  return (
    <tr className="h-9 border-b hover:bg-hover">
      <td className="max-w-48 truncate px-2" title={credential.label}>
        {credential.label || <span className="text-muted">{say.noLabel}</span>}
      </td>
      <td className="px-2">
        <span className="flex items-center gap-1 font-mono text-small">
          {credential.access_key}
          <CopyButton text={credential.access_key} label={say.copyAccessKey} />
        </span>
      </td>
      <td className="px-2 whitespace-nowrap">
        {credential.last_used ? (
          <Ago date={credential.last_used} />
        ) : (
          <span className="text-muted">{say.never}</span>
        )}
      </td>
      <td className="max-w-40 truncate px-2 text-muted" title={credential.last_used_from}>
        {credential.last_used_from}
      </td>
      <td className="w-10 text-right">
        <CredentialMenu credential={credential} />
      </td>
    </tr>
  )
}
