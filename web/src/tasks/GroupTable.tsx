import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { formatCount, formatNumber } from '../format/number'
import { formatDuration } from '../format/time'
import { Button } from '../ui/Button'
import { ChevronIcon } from '../ui/icons'
import { Empty, ErrorNotice, Skeleton } from '../ui/Notices'
import { PlainTable } from '../ui/PlainTable'
import { StatusMark } from '../ui/StatusMark'
import { words } from '../words'
import { columnLabel } from './cells'
import type { Column } from './columnIds'
import { groupTasks, numericColumns, type Spread, type TaskGroup } from './groups'
import { allTasksQuery } from './queries'
import type { TaskListSearch } from './search'

/** Groups shown, and tasks of an opened one; filters reach the rest. */
const MOST_SHOWN = 200

interface GroupTableProps {
  search: TaskListSearch
  by: Column
  columns: Column[]
}

/** The matching tasks by what they share: how many, and the numbers of the columns shown. */
export function GroupTable({ search, by, columns }: GroupTableProps) {
  const say = words.tasks
  const needed = useMemo(() => [...columns.filter(({ id }) => id !== by.id), by], [columns, by])
  const list = useQuery(allTasksQuery(search, needed))
  const numeric = useMemo(() => numericColumns(columns, by), [columns, by])
  const groups = useMemo(
    () => groupTasks(list.data?.tasks ?? [], by, numeric),
    [list.data, by, numeric],
  )
  if (list.isPending) return <Skeleton rows={8} height={32} />
  if (!list.data) {
    return <ErrorNotice title={say.failed} error={list.error} retry={() => list.refetch()} />
  }
  if (groups.length === 0) return <Empty title={say.noMatch} />
  return (
    <section aria-label={say.groups} tabIndex={0} className="min-h-0 grow overflow-auto px-2 pb-8">
      {!list.data.whole && (
        <p className="px-2 pt-2 text-aborted">{say.groupsOfFirst(list.data.tasks.length)}</p>
      )}
      <PlainTable heads={[columnLabel(by), say.count, ...numeric.map(columnLabel)]}>
        {groups.slice(0, MOST_SHOWN).map((group) => (
          <GroupRows key={group.value} group={group} by={by} numeric={numeric} />
        ))}
      </PlainTable>
      {groups.length > MOST_SHOWN && (
        <p className="p-2 text-muted">{say.moreGroups(groups.length - MOST_SHOWN)}</p>
      )}
    </section>
  )
}

interface GroupRowsProps {
  group: TaskGroup
  by: Column
  numeric: Column[]
}

function GroupRows({ group, by, numeric }: GroupRowsProps) {
  const say = words.tasks
  const [open, setOpen] = useState(false)
  const { value, tasks, spreads } = group
  const first = tasks[0]
  return (
    <>
      <tr className="h-8 border-b hover:bg-hover">
        <td className="max-w-80 px-1">
          <Button
            kind="quiet"
            aria-expanded={open}
            className="!text-text max-w-full"
            onClick={() => setOpen(!open)}
          >
            <ChevronIcon className={open ? '' : '-rotate-90'} />
            {by.id === 'status' && first ? (
              <StatusMark wire={first.status} />
            ) : (
              <span className="truncate" title={value}>
                {value || <span className="text-muted">{say.withoutValue}</span>}
              </span>
            )}
          </Button>
        </td>
        <td className="px-2">{formatCount(tasks.length)}</td>
        {numeric.map((column) => (
          <td key={column.id} className="px-2 whitespace-nowrap">
            <SpreadText spread={spreads.get(column.id)} format={formatOf(column)} />
          </td>
        ))}
      </tr>
      {open && (
        <tr className="border-b">
          <td colSpan={numeric.length + 2} className="py-1 pl-9">
            <ul>
              {tasks.slice(0, MOST_SHOWN).map(({ id, name, status }) => (
                <li key={id} className="flex h-7 items-center gap-3">
                  <span className="w-28 shrink-0">
                    <StatusMark wire={status} />
                  </span>
                  <Link
                    to="/tasks/$taskId"
                    params={{ taskId: id }}
                    className="truncate normal-nums hover:text-accent"
                  >
                    {name}
                  </Link>
                </li>
              ))}
            </ul>
          </td>
        </tr>
      )}
    </>
  )
}

/** `0.42  0.31 … 0.57`: the mean, and where the values lie. */
function SpreadText({
  spread,
  format,
}: {
  spread: Spread | undefined
  format: (value: number) => string
}) {
  if (!spread) return null
  const { mean, min, max } = spread
  return (
    <span title={words.tasks.spread(format(mean), format(min), format(max))}>
      {format(mean)}
      {min !== max && (
        <span className="pl-2 text-small text-muted">
          {format(min)} … {format(max)}
        </span>
      )}
    </span>
  )
}

function formatOf(column: Column): (value: number) => string {
  return column.id === 'active_duration'
    ? (seconds) => formatDuration(seconds * 1_000)
    : formatNumber
}
