import type { ChartGroup } from './charts'
import type { PlotView } from './plot'
import { ScalarChart } from './ScalarChart'
import type { PerRow } from './ScalarsBar'
import { type ScalarsSearch, writeZoom, zoomIn } from './search'

const HEIGHT = 190

interface ChartGridProps {
  groups: ChartGroup[]
  perRow: PerRow
  view: PlotView
  search: ScalarsSearch
  setSearch: (change: ScalarsSearch) => void
  hidden: ReadonlySet<string>
  toggle: (variant: string) => void
}

/** The charts, group by group, as many side by side as fit or as one wants. */
export function ChartGrid(props: ChartGridProps) {
  const { groups, perRow, view, search, setSearch, hidden, toggle } = props
  const columns =
    perRow === 'auto'
      ? 'repeat(auto-fill,minmax(min(380px,100%),1fr))'
      : `repeat(${perRow},minmax(0,1fr))`
  return groups.map((group) => (
    <section key={group.name} className="mt-5">
      {group.name && <h2 className="mb-2 font-semibold">{group.name}</h2>}
      <div className="grid gap-x-6 gap-y-5" style={{ gridTemplateColumns: columns }}>
        {group.charts.map((chart) => (
          <ScalarChart
            key={chart.id}
            chart={chart}
            view={view}
            height={HEIGHT}
            hidden={hidden}
            toggle={toggle}
            zoom={zoomIn(search.zoom)}
            setZoom={(zoom) => setSearch({ zoom: writeZoom(zoom) })}
            enlarge={() => setSearch({ full: chart.id })}
          />
        ))}
      </div>
    </section>
  ))
}
