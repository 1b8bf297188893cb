import { useCallback, useRef, useState } from 'react'
import type { TaskRow } from '../api/tasks'

export interface Selection {
  /** The chosen tasks as they were last seen, by id; they stay chosen while one scrolls and filters. */
  tasks: ReadonlyMap<string, TaskRow>
  /** Chooses a row or leaves it; with `through`, every row from the last one touched. */
  toggle: (index: number, through: boolean) => void
  set: (tasks: readonly TaskRow[]) => void
}

/** Which of the listed tasks are chosen for an action. */
export function useSelection(list: readonly TaskRow[]): Selection {
  const [chosen, setChosen] = useState<ReadonlyMap<string, TaskRow>>(new Map())
  const last = useRef(0)
  const toggle = useCallback(
    (index: number, through: boolean) => {
      const [from, to] = through ? [last.current, index].sort((a, b) => a - b) : [index, index]
      last.current = index
      setChosen((before) => {
        const next = new Map(before)
        const on = !before.has(list[index]?.id ?? '')
        for (const task of list.slice(from, (to ?? index) + 1)) {
          if (on) next.set(task.id, task)
          else next.delete(task.id)
        }
        return next
      })
    },
    [list],
  )
  const set = useCallback(
    (tasks: readonly TaskRow[]) => setChosen(new Map(tasks.map((task) => [task.id, task]))),
    [],
  )
  // What is listed may have changed since it was chosen: actions go by how it is now.
  const fresh = new Map(list.map((task) => [task.id, task]))
  const tasks = new Map([...chosen].map(([id, task]) => [id, fresh.get(id) ?? task]))
  return { tasks, toggle, set }
}
