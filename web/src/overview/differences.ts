import type { Parameter } from '../api/tasks'
import { byName } from '../format/order'

type Sections = Record<string, Record<string, Parameter>>

/** A parameter two tasks do not agree on; undefined where a task has none of the name. */
export interface Difference {
  section: string
  name: string
  here: string | undefined
  there: string | undefined
}

/** The parameters in which a task differs from another, by section and name. */
export function differences(here: Sections, there: Sections): Difference[] {
  const sections = new Set([...Object.keys(here), ...Object.keys(there)])
  return [...sections].sort(byName).flatMap((section) => {
    const own = here[section] ?? {}
    const other = there[section] ?? {}
    const names = new Set([...Object.keys(own), ...Object.keys(other)])
    return [...names]
      .sort(byName)
      .map((name) => ({ section, name, here: own[name]?.value, there: other[name]?.value }))
      .filter((each) => each.here !== each.there)
  })
}
