import { createContext, useContext } from 'react'
import type { Action, ActionTask } from './rules'

/** Begins an action on tasks: at once where it can be undone, after a dialog otherwise. */
export type StartAction = (action: Action, tasks: ActionTask[]) => void

export const StartActionContext = createContext<StartAction | null>(null)

export function useTaskActions(): StartAction {
  const start = useContext(StartActionContext)
  if (!start) throw new Error('An action of tasks was shown outside TaskActions')
  return start
}
