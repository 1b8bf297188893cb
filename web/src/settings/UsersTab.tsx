import { useQuery } from '@tanstack/react-query'
import { currentUserQuery } from '../api/session'
import { type User, usersQuery } from '../api/users'
import { Ago } from '../ui/Ago'
import { CopyButton } from '../ui/CopyButton'
import { Empty, ErrorNotice, Skeleton } from '../ui/Notices'
import { words } from '../words'

/** Everybody who may sign in; for administrators. */
export function UsersTab() {
  const say = words.settings
  const me = useQuery(currentUserQuery).data
  const list = useQuery(usersQuery)
  if (me && me.role !== 'admin') return <Empty title={say.usersForbidden} />
  return (
    <section aria-labelledby="users" className="flex w-full flex-col gap-4">
      <div>
        <h2 id="users" className="text-title font-medium">
          {say.users}
        </h2>
        <p className="text-prose text-muted">{say.usersHint}</p>
      </div>
      {list.isPending && <Skeleton rows={3} height={32} />}
      {list.isError && !list.data && (
        <ErrorNotice title={say.usersFailed} error={list.error} retry={() => list.refetch()} />
      )}
      {list.data && <Table users={list.data} me={me?.id} />}
    </section>
  )
}

function Table({ users, me }: { users: User[]; me: string | undefined }) {
  const say = words.settings
  const heads = [say.name, say.userCreated, say.id]
  return (
    <div className="overflow-x-auto">
      <table className="w-full min-w-140 border-collapse">
        <thead>
          <tr className="h-8 border-b text-left text-small text-muted">
            {heads.map((head) => (
              <th key={head} scope="col" className="px-2 font-medium first:pl-0">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {users.map(({ id, name, created }) => (
            <tr key={id} className="h-9 border-b hover:bg-hover">
              <td className="max-w-60 truncate px-2 pl-0 font-medium" title={name}>
                {name}
                {id === me && <span className="pl-2 font-normal text-muted">{say.you}</span>}
              </td>
              <td className="px-2 whitespace-nowrap text-muted">
                <Ago date={created} />
              </td>
              <td className="px-2">
                <span className="flex items-center gap-1 font-mono text-small">
                  {id}
                  <CopyButton text={id} label={say.copyId} />
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
