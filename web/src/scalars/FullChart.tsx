import { Viewer } from '../ui/Viewer'
import type { Chart } from './charts'
import type { PlotView } from './plot'
import { ScalarChart } from './ScalarChart'
import { type ScalarsSearch, writeZoom, zoomIn } from './search'
import { ViewControls } from './ViewControls'

/** Height of everything but the drawing (pixels). */
const AROUND = 180

interface FullChartProps {
  chart: Chart
  view: PlotView
  search: ScalarsSearch
  setSearch: (change: ScalarsSearch) => void
  hidden: ReadonlySet<string>
  toggle: (variant: string) => void
}

/** One chart over the whole window, with more points. */
export function FullChart({ chart, view, search, setSearch, hidden, toggle }: FullChartProps) {
  return (
    <Viewer
      title={chart.title}
      close={() => setSearch({ full: undefined })}
      controls={<ViewControls search={search} setSearch={setSearch} />}
    >
      <div className="min-h-0 grow overflow-auto px-4 py-2">
        <ScalarChart
          chart={chart}
          view={view}
          height={Math.max(240, window.innerHeight - AROUND)}
          hidden={hidden}
          toggle={toggle}
          zoom={zoomIn(search.zoom)}
          setZoom={(zoom) => setSearch({ zoom: writeZoom(zoom) })}
        />
      </div>
    </Viewer>
  )
}
