import { useSyncExternalStore } from 'react'

export interface Toast {
  id: number
  /** What happened, as a sentence without a full stop. */
  text: string
  /** Something failed: the toast stays until it is dismissed. */
  failed?: boolean
  /** Takes back what happened. */
  undo?: () => Promise<unknown>
}

/** Older ones make place for newer ones. */
const MOST = 4

let shown: readonly Toast[] = []
let lastId = 0
const listeners = new Set<() => void>()

function set(next: readonly Toast[]): void {
  shown = next
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Tells in a corner what happened, whatever page is shown. */
export function toast(what: Omit<Toast, 'id'>): void {
  lastId += 1
  set([...shown, { ...what, id: lastId }].slice(-MOST))
}

export function dismissToast(id: number): void {
  set(shown.filter((each) => each.id !== id))
}

export function useToasts(): readonly Toast[] {
  return useSyncExternalStore(subscribe, () => shown)
}
