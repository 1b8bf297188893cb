import { createContext, useContext } from 'react'
import type { Task } from '../api/tasks'

/** The task of the page, for the tabs inside it. */
export const TaskContext = createContext<Task | null>(null)

export function useTask(): Task {
  const task = useContext(TaskContext)
  if (!task) throw new Error('A tab of a task was shown outside a task')
  return task
}
