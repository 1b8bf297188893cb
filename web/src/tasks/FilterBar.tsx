import * as Menu from '@radix-ui/react-dropdown-menu'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { STATUSES } from '../api/status'
import { taskQuery, taskTagsQuery, taskTypesQuery } from '../api/tasks'
import { usersQuery } from '../api/users'
import { typeName } from '../format/typeName'
import { SearchBox } from '../frame/SearchBox'
import { CheckIcon } from '../ui/icons'
import { MENU_ITEM } from '../ui/Menu'
import { StatusShape } from '../ui/StatusMark'
import { Toggle } from '../ui/Toggle'
import { words } from '../words'
import { readChoice, writeChoice } from './choices'
import type { Column } from './columnIds'
import { FilterChip } from './FilterChip'
import { ListFilter } from './ListFilter'
import { ProjectFilter } from './ProjectFilter'
import { RangeFilters } from './RangeFilter'
import { readRanges, writeRanges } from './ranges'
import { statusChoice, type TaskListSearch } from './search'

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
      <ListFilter
        label={text.status}
        choice={statusChoice(search.status)}
        options={STATUSES.map((value) => ({
          value,
          label: words.status[value],
          mark: <StatusShape status={value} />,
        }))}
        set={(choice) => setSearch({ status: writeChoice(choice) })}
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
        choice={readChoice(search.type)}
        options={types.map((value) => ({ value, label: typeName(value) }))}
        set={(choice) => setSearch({ type: writeChoice(choice) })}
      />
      <ListFilter
        label={text.tag}
        choice={readChoice(search.tags)}
        options={tags.map((value) => ({ value, label: value }))}
        set={(choice) => setSearch({ tags: writeChoice(choice) })}
      >
        <AnyTag search={search} setSearch={setSearch} />
      </ListFilter>
      <ListFilter
        label={text.user}
        choice={readChoice(search.user)}
        options={users.map(({ id, name }) => ({ value: id, label: name }))}
        set={(choice) => setSearch({ user: writeChoice(choice) })}
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

/** Whether one of the tags asked for is enough; asked once several are. */
function AnyTag({ search, setSearch }: Pick<FilterBarProps, 'search' | 'setSearch'>) {
  if (readChoice(search.tags).include.length < 2) return null
  return (
    <Menu.CheckboxItem
      checked={search.anyTag === '1'}
      onCheckedChange={(on) => setSearch({ anyTag: on ? '1' : undefined })}
      onSelect={(event) => event.preventDefault()}
      className={`${MENU_ITEM} border-t`}
    >
      {words.tasks.anyTag}
      <Menu.ItemIndicator className="ml-auto text-accent">
        <CheckIcon />
      </Menu.ItemIndicator>
    </Menu.CheckboxItem>
  )
}
