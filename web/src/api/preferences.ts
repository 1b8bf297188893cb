import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { call } from './client'
import { asTree, atPath, type Tree, withPath } from './tree'

/** Where these pages keep what they remember; other clients of the server have places of their own. */
const ROOT = 'arno'

/** What the pages remember for the signed-in user, on the server. */
export const preferencesQuery = queryOptions({
  queryKey: ['preferences'],
  queryFn: async ({ signal }) => {
    const answer = await call<{ preferences: Tree }>('users.get_preferences', {}, { signal })
    return asTree(answer.preferences[ROOT])
  },
  staleTime: Number.POSITIVE_INFINITY,
})

/** Saves run one after another, so that the last change is the one that stays. */
const SAVING = { mutationKey: ['preferences'], scope: { id: 'preferences' } }

/**
 * One preference and how to change it. `path` has dots between its parts; `read` makes sense of what is
 * stored, whoever wrote it, and gives the default for `undefined`. The change shows at once.
 */
export function usePreference<Value>(
  path: string,
  read: (stored: unknown) => Value,
): [Value, (value: Value) => void] {
  const client = useQueryClient()
  const { data } = useQuery(preferencesQuery)
  const save = useMutation({
    ...SAVING,
    mutationFn: (value: Value) =>
      call('users.set_preferences', {
        preferences: { [`${ROOT}.${path}`]: value },
        return_updated: false,
      }),
    onSettled: () => {
      if (client.isMutating({ mutationKey: SAVING.mutationKey }) > 1) return
      return client.invalidateQueries(preferencesQuery)
    },
  })
  const set = (value: Value) => {
    // An answer that is on its way does not know the change yet.
    client.cancelQueries(preferencesQuery)
    client.setQueryData(preferencesQuery.queryKey, (tree) => tree && withPath(tree, path, value))
    save.mutate(value)
  }
  return [read(atPath(data ?? {}, path)), set]
}
