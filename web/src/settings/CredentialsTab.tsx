import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { type Credential, credentialsQuery } from '../api/credentials'
import { Ago } from '../ui/Ago'
import { Button } from '../ui/Button'
import { CopyButton } from '../ui/CopyButton'
import { PlusIcon } from '../ui/icons'
import { Empty, ErrorNotice, Skeleton } from '../ui/Notices'
import { words } from '../words'
import { CredentialMenu } from './CredentialMenu'
import { NewCredentials } from './NewCredentials'

/** The pairs of keys one's scripts and agents sign in with. */
export function CredentialsTab() {
  const say = words.settings
  const [creating, setCreating] = useState(false)
  const list = useQuery(credentialsQuery)
  return (
    <section aria-labelledby="credentials" className="flex w-full flex-col gap-4">
      <div className="flex items-start justify-between gap-4">
        <div>
          <h2 id="credentials" className="text-title font-medium">
            {say.credentials}
          </h2>
          <p className="text-prose text-muted">{say.credentialsHint}</p>
        </div>
        <Button kind="main" className="shrink-0" onClick={() => setCreating(true)}>
          <PlusIcon />
          {say.create}
        </Button>
      </div>
      {creating && <NewCredentials close={() => setCreating(false)} />}
      {list.isPending && <Skeleton rows={3} height={32} />}
      {list.isError && !list.data && (
        <ErrorNotice title={say.failed} error={list.error} retry={() => list.refetch()} />
      )}
      {list.data?.length === 0 && <Empty title={say.none} />}
      {list.data && list.data.length > 0 && <Table credentials={list.data} />}
    </section>
  )
}

function Table({ credentials }: { credentials: Credential[] }) {
  const say = words.settings
  const heads = [say.label, say.accessKey, say.lastUsed, say.from]
  return (
    <div className="overflow-x-auto">
      <table className="w-full min-w-160 border-collapse">
        <thead>
          <tr className="h-8 border-b text-left text-small text-muted">
            {heads.map((head) => (
              <th key={head} scope="col" className="px-2 font-medium first:pl-0">
                {head}
              </th>
            ))}
            <td />
          </tr>
        </thead>
        <tbody>
          {credentials.map((credential) => (
            <Row key={credential.access_key} credential={credential} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Row({ credential }: { credential: Credential }) {
  const say = words.settings
  return (
    <tr className="h-9 border-b hover:bg-hover">
      <td className="max-w-48 truncate px-2 pl-0" title={credential.label}>
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
