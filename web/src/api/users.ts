import { queryOptions } from '@tanstack/react-query'
import { call } from './client'

export interface User {
  id: string
  name: string
  created?: string
  role?: string
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
