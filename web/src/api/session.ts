import { queryOptions } from '@tanstack/react-query'
import { call } from './client'

export interface CurrentUser {
  id: string
  name: string
  role: string
  company?: { id: string; name: string }
}

/** Who is signed in. Fails with a signed-out error when nobody is. */
export const currentUserQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal }) => {
    const answer = await call<{ user: CurrentUser }>('users.get_current_user', {}, { signal })
    return answer.user
  },
  staleTime: 5 * 60_000,
})

/** Signs in with a password; the server sets the session's cookie. */
export async function signIn(username: string, password: string): Promise<void> {
  await call('auth.login', {}, { headers: { Authorization: basicAuth(username, password) } })
}

/** Ends the session on the server and drops its cookie. */
export async function signOut(): Promise<void> {
  await call('login.logout')
}

function basicAuth(username: string, password: string): string {
  const bytes = new TextEncoder().encode(`${username}:${password}`)
  return `Basic ${btoa(String.fromCharCode(...bytes))}`
}
