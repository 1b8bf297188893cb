import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { taskQuery, taskTagsQuery, taskTypesQuery } from '../api/tasks'
import { usersQuery } from '../api/users'
import { SearchBox } from '../frame/SearchBox'
import { Toggle } from '../ui/Toggle'
import { words } from '../words'
import type { Column } from './columnIds'
import { FilterChip } from './FilterChip'
import { ListFilter } from './ListFilter'
import { ProjectFilter } from './ProjectFilter'
import { RangeFilters } from './RangeFilter'
import { readRanges, writeRanges } from './ranges'
import { StatusFilter } from './StatusFilter'
import { namesIn, type TaskListSearch, writeNames } from './search'

interface FilterBarProps {
  search: TaskListSearch
  setSearch: (change: TaskListSearch) => void
  columns: Column[]
  /** Why the server refused the pattern. */
  problem: string | undefined
  count: string
  /** Controls of the table, to the right of the number of results. */
  children: ReactNode
}

export function FilterBar(props: FilterBarProps) {
  const { search, setSearch, columns, problem, count, children } = props
  const text = words.tasks
  return (
    <div className="flex min-h-11 shrink-0 flex-wrap items-center gap-x-1 gap-y-1 border-b px-4 py-1.5">
      <SearchBox
        label={text.filterByName}
        placeholder={text.filter}
        q={search.q ?? ''}
        setQ={(q) => setSearch({ q: q || undefined })}
        problem={problem}
      />
      <StatusFilter
        status={search.status}
        setStatus={(status) => setSearch({ status: status || undefined })}
      />
      <ProjectFilter
        project={search.project}
        setProject={(project) => setSearch({ project: project || undefined, own: undefined })}
      />
      {search.project && (
        <Toggle on={!search.own} set={(on) => setSearch({ own: on ? undefined : '1' })}>
          {text.subprojects}
        </Toggle>
      )}
      <ValueFilters search={search} setSearch={setSearch} />
      <RangeFilters
        ranges={readRanges(search.range)}
        columns={columns}
        set={(ranges) => setSearch({ range: writeRanges(ranges) })}
      />
      <Toggle
        on={search.archive === '1'}
        set={(on) => setSearch({ archive: on ? '1' : undefined })}
      >
        {text.archive}
      </Toggle>
      <div className="ml-auto flex flex-wrap items-center gap-1">
        <output className="mr-2 text-muted" aria-live="polite">
          {count}
        </output>
        {children}
      </div>
    </div>
  )
}

/** Filters whose values the server lists. */
function ValueFilters({ search, setSearch }: Pick<FilterBarProps, 'search' | 'setSearch'>) {
  const types = useQuery(taskTypesQuery).data ?? []
  const tags = useQuery(taskTagsQuery).data ?? []
  const users = useQuery(usersQuery).data ?? []
  const parent = useQuery({
    ...taskQuery(search.parent ?? ''),
    enabled: search.parent !== undefined,
    refetchInterval: false,
  }).data
  const text = words.tasks
  return (
    <>
      <ListFilter
        label={text.type}
        chosen={namesIn(search.type)}
        options={types.map((value) => ({ value, label: value.replaceAll('_', ' ') }))}
        set={(chosen) => setSearch({ type: writeNames(chosen) })}
      />
      <ListFilter
        label={text.tag}
        chosen={namesIn(search.tags)}
        options={tags.map((value) => ({ value, label: value }))}
        set={(chosen) => setSearch({ tags: writeNames(chosen) })}
      />
      <ListFilter
        label={text.user}
        chosen={namesIn(search.user)}
        options={users.map(({ id, name }) => ({ value: id, label: name }))}
        set={(chosen) => setSearch({ user: writeNames(chosen) })}
      />
      {search.parent && (
        <FilterChip
          label={text.parent}
          on
          clear={() => setSearch({ parent: undefined })}
          menu={
            <span className="max-w-64 truncate px-2 leading-7 text-muted">
              {text.parent}: <span className="text-text">{parent?.name ?? search.parent}</span>
            </span>
          }
        />
      )}
    </>
  )
}
