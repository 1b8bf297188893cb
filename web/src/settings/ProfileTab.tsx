import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { FormEvent, ReactNode } from 'react'
import { serverInfoQuery } from '../api/server'
import { type CurrentUser, currentUserQuery } from '../api/session'
import { renameUser } from '../api/users'
import { roleName } from '../frame/roles'
import { Button } from '../ui/Button'
import { Problem } from '../ui/Confirm'
import { CopyButton } from '../ui/CopyButton'
import { Field, Input } from '../ui/Field'
import { ErrorNotice } from '../ui/Notices'
import { toast } from '../ui/toasts'
import { words } from '../words'

/** Who one is here, and which server this is. */
export function ProfileTab() {
  const user = useQuery(currentUserQuery).data
  if (!user) return null
  return (
    <>
      <Profile key={user.name} user={user} />
      <About />
    </>
  )
}

function Profile({ user }: { user: CurrentUser }) {
  const say = words.settings
  const client = useQueryClient()
  const save = useMutation({
    mutationFn: (name: string) => renameUser(user.id, name),
    onSuccess: async () => {
      await client.invalidateQueries(currentUserQuery)
      toast({ text: say.saved })
    },
  })
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    save.mutate(String(new FormData(event.currentTarget).get('name')).trim())
  }
  return (
    <section aria-labelledby="profile" className="flex w-full max-w-md flex-col gap-4">
      <h2 id="profile" className="text-title font-medium">
        {say.profile}
      </h2>
      <form onSubmit={onSubmit} className="flex flex-col items-start gap-3">
        <div className="w-full">
          <Field label={say.name}>
            {(ids) => <Input {...ids} name="name" required defaultValue={user.name} />}
          </Field>
        </div>
        <Problem error={save.error} />
        <Button kind="main" type="submit" disabled={save.isPending}>
          {say.save}
        </Button>
      </form>
      <dl className="flex flex-col gap-1">
        <Fact name={say.role}>{roleName(user.role)}</Fact>
        {user.company && <Fact name={say.workspace}>{user.company.name}</Fact>}
        <Fact name={say.id}>
          <span className="font-mono break-all">{user.id}</span>
          <CopyButton text={user.id} label={say.copyId} />
        </Fact>
      </dl>
    </section>
  )
}

function About() {
  const say = words.settings
  const { data: info, error, refetch } = useQuery(serverInfoQuery)
  return (
    <section aria-labelledby="about" className="flex w-full max-w-md flex-col gap-2">
      <h2 id="about" className="text-title font-medium">
        {say.about}
      </h2>
      {error && !info && (
        <ErrorNotice title={say.aboutFailed} error={error} retry={() => refetch()} />
      )}
      {info && (
        <dl className="flex flex-col gap-1">
          <Fact name={say.version}>Arno {info.build}</Fact>
          <Fact name={say.protocol}>{say.protocolVersion(info.api_version, info.version)}</Fact>
        </dl>
      )}
    </section>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex min-h-7 items-center gap-2">
      <dt className="w-28 shrink-0 text-muted">{name}</dt>
      <dd className="flex min-w-0 items-center gap-1">{children}</dd>
    </div>
  )
}
