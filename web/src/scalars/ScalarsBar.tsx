import { FilterField } from '../task/FilterField'
import { Choice } from '../ui/Choice'
import { Select } from '../ui/Field'
import { ListIcon } from '../ui/icons'
import { Toggle } from '../ui/Toggle'
import { words } from '../words'
import type { ScalarsSearch } from './search'
import { ViewControls } from './ViewControls'

/** How many charts stand side by side. */
export const PER_ROW = ['auto', '1', '2', '3'] as const
export type PerRow = (typeof PER_ROW)[number]

interface ScalarsBarProps {
  search: ScalarsSearch
  setSearch: (change: ScalarsSearch) => void
  perRow: PerRow
  setPerRow: (perRow: PerRow) => void
  list: boolean
  setList: (list: boolean) => void
}

/** One toolbar for all charts of the page. */
export function ScalarsBar(props: ScalarsBarProps) {
  const { search, setSearch, perRow, setPerRow, list, setList } = props
  const say = words.scalars
  const charts = search.view === undefined
  return (
    <div className="flex min-h-10 shrink-0 flex-wrap items-center gap-x-3 gap-y-1.5 border-b px-4 py-1.5">
      <Choice
        label={say.view}
        options={(['charts', 'values'] as const).map((view) => ({
          value: view,
          label: say.views[view],
        }))}
        chosen={search.view ?? 'charts'}
        choose={(view) => setSearch({ view: view === 'charts' ? undefined : view })}
      />
      <FilterField
        label={say.filter}
        value={search.metric ?? ''}
        setValue={(metric) => setSearch({ metric: metric || undefined })}
      />
      {charts && (
        <>
          <ViewControls search={search} setSearch={setSearch} />
          <Select
            slim
            aria-label={say.group}
            className="w-40"
            value={search.charts ?? 'metric'}
            onChange={({ target }) =>
              setSearch({ charts: target.value === 'series' ? 'series' : undefined })
            }
            options={(['metric', 'series'] as const).map((value) => ({
              value,
              label: say.groups[value],
            }))}
          />
          <Select
            slim
            aria-label={say.perRow}
            className="w-32 @max-3xl:hidden"
            value={perRow}
            onChange={({ target }) => setPerRow(target.value as PerRow)}
            options={PER_ROW.map((value) => ({
              value,
              label: value === 'auto' ? say.perRowAuto : say.perRowNumber(value),
            }))}
          />
          <span className="@max-3xl:hidden">
            <Toggle on={list} set={setList} title={say.list}>
              <ListIcon />
              <span className="sr-only">{say.list}</span>
            </Toggle>
          </span>
        </>
      )}
    </div>
  )
}
