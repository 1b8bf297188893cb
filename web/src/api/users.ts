import { queryOptions } from '@tanstack/react-query'
import { call } from './client'
import { askOwn } from './own'

export interface User {
  id: string
  name: string
  created?: string
  /** As the wire spells it; told to administrators. */
  role?: string
  /** The name typed at sign-in; told to administrators. */
  login?: string
}

export const usersQuery = queryOptions({
  queryKey: ['users'],
  queryFn: async ({ signal }) => {
    const request = { page: 0, page_size: 500, order_by: ['name'] }
    const answer = await call<{ users: User[] }>('users.get_all_ex', request, { signal })
    return answer.users
  },
})

export async function renameUser(user: string, name: string): Promise<void> {
  await call('users.update', { user, name })
}

/** Gives a user another role; for administrators. Tokens the user has end. */
export async function changeRole(user: string, role: string): Promise<void> {
  await call('auth.edit_user', { user, role })
}

export interface NewUser {
  name: string
  email: string
  role: string
}

/** Makes a user of the caller's company, who can sign in once a password is set; returns the id. */
export async function createUser(user: NewUser, company: string): Promise<string> {
  return (await call<{ id: string }>('auth.create_user', { ...user, company })).id
}

/** Sets how a user signs in, and ends the user's sessions; for administrators. */
export async function setPassword(user: string, login: string, password: string): Promise<void> {
  await askOwn('POST', `users/${user}/password`, { login, password })
}

/** Removes a user; what the user made stays. */
export async function deleteUser(user: string): Promise<void> {
  await call('users.delete', { user })
}
