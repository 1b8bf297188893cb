import { queryOptions } from '@tanstack/react-query'
import { call } from './client'

/** A bucket of S3, or all buckets of a host, with credentials of its own. */
export interface S3Bucket {
  bucket?: string
  host?: string
  key?: string
  secret?: string
  region?: string
  secure?: boolean
}

export interface S3Settings {
  key?: string
  secret?: string
  region?: string
  use_credentials_chain?: boolean
  buckets?: S3Bucket[]
}

export interface GoogleSettings {
  project?: string
  /** A service account's key: JSON as text. */
  credentials_json?: string
}

export interface AzureContainer {
  account_name?: string
  account_key?: string
  container_name?: string
}

/** Credentials with which the server deletes files in object stores. Secrets come back masked. */
export interface StorageSettings {
  aws?: S3Settings
  google?: GoogleSettings
  azure?: { containers?: AzureContainer[] }
  last_update?: string
}

export type StorageKind = 'aws' | 'google' | 'azure'

export const storageQuery = queryOptions({
  queryKey: ['storage'],
  queryFn: async ({ signal }) => {
    const answer = await call<{ settings: StorageSettings }>('storage.get_settings', {}, { signal })
    return answer.settings
  },
})

/** Replaces the credentials of one kind of store; a mask stands for the secret that is kept. */
export async function saveStorage(settings: Omit<StorageSettings, 'last_update'>): Promise<void> {
  await call('storage.set_settings', settings)
}

export async function forgetStorage(kind: StorageKind): Promise<void> {
  await call('storage.reset_settings', { keys: [kind] })
}
