import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { type CurrentUser, currentUserQuery } from '../api/session'
import { changeRole, deleteUser, type User, usersQuery } from '../api/users'
import { ROLES, roleName } from '../frame/roles'
import { Ago } from '../ui/Ago'
import { Button } from '../ui/Button'
import { Confirm } from '../ui/Confirm'
import { CopyButton } from '../ui/CopyButton'
import { Select } from '../ui/Field'
import { PlusIcon } from '../ui/icons'
import { MenuItem } from '../ui/Menu'
import { MoreMenu } from '../ui/MoreMenu'
import { Empty, ErrorNotice, messageOf, Skeleton } from '../ui/Notices'
import { PlainTable } from '../ui/PlainTable'
import { toast } from '../ui/toasts'
import { words } from '../words'
import { NewUserForm } from './NewUserForm'
import { PasswordForm } from './PasswordForm'
import { SettingsSection } from './SettingsSection'

/** Everybody who may sign in, and what each may do; for administrators. */
export function UsersTab() {
  const say = words.settings
  const me = useQuery(currentUserQuery).data
  const list = useQuery(usersQuery)
  const [creating, setCreating] = useState(false)
  const [setting, setSetting] = useState<User | null>(null)
  if (!me) return null
  if (me.role !== 'admin') return <Empty title={say.usersForbidden} />
  return (
    <SettingsSection
      title={say.users}
      hint={say.usersHint}
      action={
        <Button kind="main" className="shrink-0" onClick={() => setCreating(true)}>
          <PlusIcon />
          {say.newUser}
        </Button>
      }
    >
      {creating && (
        <NewUserForm
          company={me.company?.id ?? ''}
          made={setSetting}
          close={() => setCreating(false)}
        />
      )}
      {setting && <PasswordForm user={setting} close={() => setSetting(null)} />}
      {list.isPending && <Skeleton rows={3} height={32} />}
      {list.isError && !list.data && (
        <ErrorNotice title={say.usersFailed} error={list.error} retry={() => list.refetch()} />
      )}
      {list.data && (
        <PlainTable heads={[say.name, say.login, say.role, say.userCreated, say.id]} controls>
          {list.data.map((user) => (
            <Row key={user.id} user={user} me={me} setPassword={() => setSetting(user)} />
          ))}
        </PlainTable>
      )}
    </SettingsSection>
  )
}

interface RowProps {
  user: User
  me: CurrentUser
  setPassword: () => void
}

function Row({ user, me, setPassword }: RowProps) {
  const say = words.settings
  const { id, name, created } = user
  const own = id === me.id
  return (
    <tr className="h-10 border-b hover:bg-hover">
      <td className="max-w-60 truncate px-2 font-medium" title={name}>
        {name}
        {own && <span className="pl-2 font-normal text-muted">{say.you}</span>}
      </td>
      <td className="max-w-40 truncate px-2 text-muted" title={user.login}>
        {user.login ?? say.noLogin}
      </td>
      <td className="px-2">
        <RoleSelect user={user} own={own} />
      </td>
      <td className="px-2 whitespace-nowrap text-muted">
        <Ago date={created} />
      </td>
      <td className="px-2">
        <span className="flex items-center gap-1 font-mono text-small">
          <span className="max-w-40 truncate" title={id}>
            {id}
          </span>
          <CopyButton text={id} label={say.copyId} />
        </span>
      </td>
      <td className="w-10 text-right">
        {!own && <UserMenu user={user} setPassword={setPassword} />}
      </td>
    </tr>
  )
}

/** What a user may do. Nobody changes his own role, so that nobody locks himself out. */
function RoleSelect({ user, own }: { user: User; own: boolean }) {
  const say = words.settings
  const client = useQueryClient()
  const change = useMutation({
    mutationFn: (role: string) => changeRole(user.id, role),
    onSuccess: (_, role) => toast({ text: say.roleChanged(user.name, roleName(role)) }),
    onError: (error) => toast({ text: `${say.roleFailed}: ${messageOf(error)}`, failed: true }),
    onSettled: () => client.invalidateQueries(usersQuery),
  })
  const role = user.role ?? ''
  if (own || !ROLES.some((known) => known === role)) return roleName(role)
  return (
    <Select
      aria-label={say.roleOf(user.name)}
      className="w-36"
      disabled={change.isPending}
      value={change.isPending ? change.variables : role}
      onChange={({ target }) => change.mutate(target.value)}
      options={ROLES.map((value) => ({ value, label: roleName(value) }))}
    />
  )
}

function UserMenu({ user, setPassword }: Omit<RowProps, 'me'>) {
  const say = words.settings
  const client = useQueryClient()
  const [deleting, setDeleting] = useState(false)
  const run = async () => {
    await deleteUser(user.id)
    await client.invalidateQueries(usersQuery)
    toast({ text: say.userDeleted(user.name) })
  }
  return (
    <>
      <MoreMenu label={say.moreActions(user.name)}>
        <MenuItem onSelect={setPassword}>{say.setPassword}</MenuItem>
        <MenuItem danger onSelect={() => setDeleting(true)}>
          {say.deleteUser}
        </MenuItem>
      </MoreMenu>
      {deleting && (
        <Confirm
          title={say.deleteUserTitle(user.name)}
          consequences={say.deleteUserConsequences}
          action={say.deleteUser}
          danger
          run={run}
          close={() => setDeleting(false)}
        />
      )}
    </>
  )
}
