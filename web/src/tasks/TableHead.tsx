import type { ReactTable } from '@tanstack/react-table'
import type { TaskRow } from '../api/tasks'
import { ArrowDownIcon, ArrowUpIcon } from '../ui/icons'
import { type features, SORTS, TRACKS } from './columns'
import { nextOrder, orderOf, type SortColumn, type TaskListSearch } from './search'

interface TableHeadProps {
  table: ReactTable<typeof features, TaskRow>
  search: TaskListSearch
  setSearch: (change: TaskListSearch) => void
}

/** The columns' names; those the server can sort by are buttons. */
export function TableHead({ table, search, setSearch }: TableHeadProps) {
  const order = orderOf(search)
  const headers = table.getHeaderGroups().flatMap((group) => group.headers)
  return (
    <div
      role="row"
      aria-rowindex={1}
      className="sticky top-0 z-10 grid h-8 items-center border-b bg-page px-2 text-small text-muted"
      style={{ gridTemplateColumns: TRACKS }}
    >
      {headers.map((header) => {
        const column = SORTS[header.column.id]
        const sorted = column === order.column
        const direction = order.descending ? 'descending' : 'ascending'
        return (
          <div
            key={header.id}
            role="columnheader"
            aria-sort={sorted ? direction : undefined}
            className="min-w-0 truncate px-2"
          >
            {column ? (
              <SortButton
                column={column}
                direction={sorted ? direction : undefined}
                sort={() => setSearch({ order: nextOrder(search, column) })}
              >
                <table.FlexRender header={header} />
              </SortButton>
            ) : (
              <table.FlexRender header={header} />
            )}
          </div>
        )
      })}
    </div>
  )
}

interface SortButtonProps {
  column: SortColumn
  direction: 'ascending' | 'descending' | undefined
  sort: () => void
  children: React.ReactNode
}

function SortButton({ column, direction, sort, children }: SortButtonProps) {
  const Arrow = direction === 'descending' ? ArrowDownIcon : ArrowUpIcon
  return (
    <button
      type="button"
      data-sort={column}
      onClick={sort}
      className={`-ml-1 inline-flex items-center gap-1 rounded-md px-1 hover:text-text ${direction ? 'text-text' : ''}`}
    >
      {children}
      {direction && <Arrow className="size-3" />}
    </button>
  )
}
