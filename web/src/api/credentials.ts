import { queryOptions } from '@tanstack/react-query'
import { call } from './client'

export interface Credential {
  access_key: string
  label?: string
  last_used?: string
  last_used_from?: string
}

/** A new pair; the server shows the secret only once. */
export interface NewCredential extends Credential {
  secret_key: string
}

export const credentialsQuery = queryOptions({
  queryKey: ['credentials'],
  queryFn: async ({ signal }) => {
    const answer = await call<{ credentials: Credential[] }>('auth.get_credentials', {}, { signal })
    return answer.credentials
  },
})

export async function createCredential(label: string): Promise<NewCredential> {
  const body = label ? { label } : {}
  const answer = await call<{ credentials: NewCredential }>('auth.create_credentials', body)
  return answer.credentials
}

export async function labelCredential(accessKey: string, label: string): Promise<void> {
  await call('auth.edit_credentials', { access_key: accessKey, label })
}

export async function revokeCredential(accessKey: string): Promise<void> {
  await call('auth.revoke_credentials', { access_key: accessKey })
}
