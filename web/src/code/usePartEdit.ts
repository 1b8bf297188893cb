import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { refreshTasks } from '../actions/perform'

/** A part that is read until one edits it, and then saved or discarded as a whole. */
export function usePartEdit<Draft>(save: (draft: Draft) => Promise<unknown>) {
  const client = useQueryClient()
  const [draft, setDraft] = useState<Draft | null>(null)
  const attempt = useMutation({
    mutationFn: async (edited: Draft) => {
      await save(edited)
      await refreshTasks(client)
    },
    onSuccess: () => setDraft(null),
  })
  return {
    draft,
    setDraft,
    save: () => {
      if (draft !== null && !attempt.isPending) attempt.mutate(draft)
    },
    saving: attempt.isPending,
    error: attempt.error,
  }
}
