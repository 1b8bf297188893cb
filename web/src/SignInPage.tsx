import { useMutation, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, useRouter } from '@tanstack/react-router'
import type { FormEvent } from 'react'
import { ApiError, BASE_PATH } from './api/client'
import { currentUserQuery, signIn } from './api/session'
import { Button } from './ui/Button'
import { messageOf } from './ui/Notices'
import { words } from './words'

const route = getRouteApi('/login')

const FIELD =
  'mt-1 block h-9 w-full rounded-md border border-line-strong/60 bg-raised px-2.5 text-prose font-normal'

export function SignInPage() {
  const say = words.signIn
  const { to } = route.useSearch()
  const router = useRouter()
  const client = useQueryClient()
  const attempt = useMutation({
    mutationFn: (form: FormData) =>
      signIn(String(form.get('username')), String(form.get('password'))),
    onSuccess: async () => {
      client.removeQueries({ queryKey: currentUserQuery.queryKey })
      // `to` counts from the base path, the history from the site's root.
      router.history.replace(`${BASE_PATH.slice(0, -1)}${to ?? '/'}`)
    },
  })

  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    attempt.mutate(new FormData(event.currentTarget))
  }

  return (
    <main className="grid min-h-full place-items-center p-4">
      <form onSubmit={onSubmit} className="w-full max-w-80">
        <h1 className="text-title font-semibold">
          <span className="text-accent">Arno</span>
        </h1>
        <p className="mt-1 text-prose text-muted">{say.intro}</p>
        <label className="mt-6 block font-medium">
          {say.userName}
          <input
            name="username"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            required
            // biome-ignore lint/a11y/noAutofocus: the page is this form
            autoFocus
            className={FIELD}
          />
        </label>
        <label className="mt-4 block font-medium">
          {say.password}
          <input
            name="password"
            type="password"
            autoComplete="current-password"
            required
            className={FIELD}
          />
        </label>
        <p role="alert" className="mt-3 min-h-5 text-failed">
          {attempt.error && refusal(attempt.error)}
        </p>
        <Button kind="main" type="submit" disabled={attempt.isPending} className="mt-2 h-9 w-full">
          {attempt.isPending ? say.signingIn : say.signIn}
        </Button>
      </form>
    </main>
  )
}

function refusal(error: Error): string {
  const wrong = error instanceof ApiError && error.signedOut
  return wrong ? words.signIn.wrong : `${messageOf(error)}.`
}
