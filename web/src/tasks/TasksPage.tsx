import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { lazy, Suspense, useMemo, useState } from 'react'
import { TaskActions } from '../actions/TaskActions'
import { ApiError } from '../api/client'
import { usePreference } from '../api/preferences'
import { projectQuery } from '../api/projects'
import type { TaskRow } from '../api/tasks'
import { useKeys } from '../frame/keys'
import { TopBar } from '../frame/TopBar'
import { DEFAULT_TAB, type Tab } from '../task/tabs'
import { Button } from '../ui/Button'
import { Select } from '../ui/Field'
import { PlusIcon } from '../ui/icons'
import { Empty, ErrorNotice, messageOf, Skeleton } from '../ui/Notices'
import { toast } from '../ui/toasts'
import { words } from '../words'
import { BulkBar } from './BulkBar'
import { tablePart } from './beside'
import { ColumnPicker } from './ColumnPicker'
import { columnLabel } from './cells'
import { columnsShown, moved, widthKey, widthOf, writeColumns } from './columnChoice'
import { type Column, readColumn } from './columnIds'
import { saveCsv } from './csv'
import { FilterBar } from './FilterBar'
import { FirstTask } from './FirstTask'
import { GroupTable } from './GroupTable'
import { groupable } from './groups'
import { readAll, tasksQuery } from './queries'
import { isFiltered, NO_FILTERS, type TaskListSearch } from './search'
import { TaskPanel } from './TaskPanel'
import { TasksTable } from './TasksTable'
import { useSelection } from './useSelection'
import { ViewsMenu } from './ViewsMenu'

const route = getRouteApi('/frame/tasks')

const NewTaskDialog = lazy(() =>
  import('../actions/NewTaskDialog').then((m) => ({ default: m.NewTaskDialog })),
)

export function TasksPage() {
  const { beside, tab, ...all } = route.useSearch()
  const navigate = route.useNavigate()
  const search = useTablePart(all)
  const setSearch = (change: TaskListSearch) =>
    navigate({ search: (before) => ({ ...before, ...change }), replace: true })
  const { columns, setColumns, widths, resize } = useColumns(search, setSearch)
  const grouped = search.group === undefined ? undefined : readColumn(search.group)
  const list = useInfiniteQuery({ ...tasksQuery(search, columns), enabled: !grouped })
  const tasks = useMemo(() => distinct(list.data?.pages ?? []), [list.data])
  const selection = useSelection(tasks)

  const open = (taskId: string) =>
    navigate({ search: (before) => ({ ...before, beside: taskId, tab: tab ?? DEFAULT_TAB }) })
  const close = () => navigate({ search })
  const goTo = (next: Tab, tabSearch: object = {}) =>
    navigate({ search: { ...search, ...tabSearch, beside, tab: next }, replace: true })
  useKeys(beside === undefined ? {} : { Escape: close })

  const invalidPattern = list.error instanceof ApiError && list.error.subcode === 21
  const failed = list.isError && !list.data && !invalidPattern
  const nothing = list.isSuccess && tasks.length === 0
  const everything = (use: (tasks: TaskRow[]) => void) =>
    readAll(search, columns).then(
      ({ tasks }) => use(tasks),
      (error) => toast({ text: `${words.tasks.csvFailed}: ${messageOf(error)}`, failed: true }),
    )
  const chosen = [...selection.tasks.values()]

  return (
    <TaskActions>
      <TopBar>
        <h1 className="font-medium">{words.tasks.title}</h1>
      </TopBar>
      <main className="flex min-h-0 grow">
        <div className={`flex min-w-0 grow flex-col ${beside && 'max-lg:hidden'}`}>
          <FilterBar
            search={search}
            setSearch={setSearch}
            columns={columns}
            problem={invalidPattern ? messageOf(list.error) : undefined}
            count={list.data && !grouped ? words.tasks.found(tasks.length, list.hasNextPage) : ''}
          >
            <GroupSelect
              columns={columns}
              group={search.group}
              setGroup={(group) => setSearch({ group })}
            />
            <ViewsMenu search={search} show={(view) => navigate({ search: view })} />
            <Button kind="quiet" onClick={() => everything((rows) => saveCsv(columns, rows))}>
              {words.tasks.csv}
            </Button>
            <ColumnPicker project={search.project} columns={columns} setColumns={setColumns} />
            <NewTaskButton project={search.project} />
          </FilterBar>
          {grouped && <GroupTable search={search} by={grouped} columns={columns} />}
          {!grouped && list.isPending && <Skeleton rows={12} height={32} />}
          {failed && (
            <ErrorNotice
              title={words.tasks.failed}
              error={list.error}
              retry={() => list.refetch()}
            />
          )}
          {nothing && <Nothing search={search} setSearch={setSearch} />}
          {!grouped && tasks.length > 0 && (
            <TasksTable
              tasks={tasks}
              columns={columns}
              widths={widths}
              move={(id, before) => setColumns(moved(columns, id, before))}
              resize={resize}
              search={search}
              setSearch={setSearch}
              selection={selection}
              open={open}
              loadMore={() => {
                if (list.hasNextPage && !list.isFetchingNextPage) list.fetchNextPage()
              }}
            />
          )}
          {chosen.length > 0 && (
            <BulkBar
              tasks={chosen}
              clear={() => selection.set([])}
              selectMatching={list.hasNextPage ? () => everything(selection.set) : undefined}
            />
          )}
        </div>
        {beside !== undefined && (
          <TaskPanel taskId={beside} tab={tab ?? DEFAULT_TAB} goTo={goTo} close={close} />
        )}
      </main>
    </TaskActions>
  )
}

interface GroupSelectProps {
  columns: Column[]
  group: string | undefined
  setGroup: (group: string | undefined) => void
}

/** What the tasks are grouped by. */
function GroupSelect({ columns, group, setGroup }: GroupSelectProps) {
  const say = words.tasks
  const shown = group === undefined ? undefined : readColumn(group)
  const all = groupable(shown ? [...columns.filter(({ id }) => id !== group), shown] : columns)
  const choices = [...new Map(all.map((column) => [column.id, column])).values()]
  return (
    <Select
      slim
      aria-label={say.groupBy}
      className="w-32"
      value={group ?? ''}
      onChange={({ target }) => setGroup(target.value || undefined)}
      options={[
        { value: '', label: say.noGroups },
        ...choices.map((column) => ({ value: column.id, label: columnLabel(column) })),
      ]}
    />
  )
}

/** Makes a task by hand, in the project that is shown. */
function NewTaskButton({ project }: { project: string | undefined }) {
  const [open, setOpen] = useState(false)
  const shown = useQuery({ ...projectQuery(project ?? ''), enabled: project !== undefined }).data
  return (
    <>
      <Button kind="main" title={words.actions.newTask.title} onClick={() => setOpen(true)}>
        <PlusIcon />
        <span className="max-[1400px]:sr-only">{words.actions.newTask.title}</span>
      </Button>
      <Suspense>
        {open && <NewTaskDialog project={shown?.name ?? ''} close={() => setOpen(false)} />}
      </Suspense>
    </>
  )
}

/** The table's part of the address; the same object until it changes, whatever the panel does. */
function useTablePart(all: TaskListSearch): TaskListSearch {
  const text = JSON.stringify(tablePart(all))
  return useMemo(() => JSON.parse(text) as TaskListSearch, [text])
}

/** The columns shown and their widths: the user's own, unless the address says otherwise. */
function useColumns(search: TaskListSearch, setSearch: (change: TaskListSearch) => void) {
  const [stored, store] = usePreference<unknown>('tasks.columns', (value) => value)
  const [widths, setWidths] = usePreference<unknown>('tasks.widths', (value) => value)
  const columns = useMemo(() => columnsShown(search.columns, stored), [search.columns, stored])
  return {
    columns,
    setColumns: (next: Column[]) => {
      const written = writeColumns(next)
      store(written)
      setSearch({ columns: written })
    },
    widths: (column: Column) => widthOf(column, widths),
    resize: (id: string, width: number) =>
      setWidths({ ...(widths as object | undefined), [widthKey(id)]: width }),
  }
}

function Nothing({
  search,
  setSearch,
}: Pick<Parameters<typeof FilterBar>[0], 'search' | 'setSearch'>) {
  if (!isFiltered(search)) {
    return search.archive ? <Empty title={words.tasks.noArchived} /> : <FirstTask />
  }
  return (
    <Empty title={words.tasks.noMatch}>
      <button
        type="button"
        className="text-accent underline underline-offset-2"
        onClick={() => setSearch({ ...NO_FILTERS, own: undefined })}
      >
        {words.tasks.clear}
      </button>
    </Empty>
  )
}

/** While pages are read one after another a task may move from one to the next; it is shown once. */
function distinct(pages: TaskRow[][]): TaskRow[] {
  return [...new Map(pages.flat().map((task) => [task.id, task])).values()]
}
