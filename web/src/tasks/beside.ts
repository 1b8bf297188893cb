import { readTabSearch, type Tab, tabOf } from '../task/tabs'
import { readSearch, type TaskListSearch } from './search'

/** The task shown beside the table, its tab, and what the tab shows. */
export interface BesideSearch {
  beside?: string | undefined
  tab?: Tab | undefined
}

/** The address of the table's page: the table's part, and that of the panel while one is open. */
export function readPageSearch(raw: Record<string, unknown>): TaskListSearch & BesideSearch {
  const table = readSearch(raw)
  const beside = typeof raw.beside === 'string' && raw.beside !== '' ? raw.beside : undefined
  if (beside === undefined) return table
  return { ...readTabSearch(raw), ...table, beside, tab: tabOf(raw.tab) }
}

/** The table's part alone. */
export function tablePart(search: TaskListSearch & BesideSearch): TaskListSearch {
  return readSearch({ ...search })
}
