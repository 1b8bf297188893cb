import { useQuery } from '@tanstack/react-query'
import type { NewCredential } from '../api/credentials'
import { serverUrlsQuery } from '../api/server'
import { ErrorNotice, Skeleton } from '../ui/Notices'
import { Snippet } from '../ui/Snippet'
import { Tabs } from '../ui/Tabs'
import { words } from '../words'
import { confFile, environment, notebook } from './setupText'

/** A new pair of keys, ready to be pasted where a client looks for it. */
export function ClientSetup({ keys }: { keys: NewCredential }) {
  const say = words.settings
  const { data: urls, error, isPending, refetch } = useQuery(serverUrlsQuery)
  if (isPending) return <Skeleton rows={3} height={32} />
  if (!urls) return <ErrorNotice title={say.urlsFailed} error={error} retry={() => refetch()} />
  const ways = [
    { name: say.confFile, hint: say.confHint, text: confFile(urls, keys) },
    { name: say.notebook, hint: say.notebookHint, text: notebook(urls, keys) },
    { name: say.environment, hint: say.environmentHint, text: environment(urls, keys) },
  ]
  return (
    <Tabs
      label={say.setupTabs}
      tabs={ways.map(({ name, hint, text }) => ({
        name,
        content: (
          <div className="flex flex-col gap-2">
            <p className="text-small text-muted">{hint}</p>
            <Snippet text={text} copy={say.copySetup(name)} />
          </div>
        ),
      }))}
    />
  )
}
