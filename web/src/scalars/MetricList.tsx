import { Button } from '../ui/Button'
import { EyeIcon, EyeOffIcon } from '../ui/icons'
import { words } from '../words'
import { type Chart, type ChartGroup, elementId } from './charts'

interface MetricListProps {
  groups: ChartGroup[]
  /** Ids of the charts that are not shown. */
  off: ReadonlySet<string>
  setOff: (off: ReadonlySet<string>) => void
}

/** The charts by name: each can be gone to and hidden. */
export function MetricList({ groups, off, setOff }: MetricListProps) {
  const say = words.scalars
  const all = groups.flatMap(({ charts }) => charts).map(({ id }) => id)
  const someOff = all.some((id) => off.has(id))
  const setAll = () => {
    const others = [...off].filter((id) => !all.includes(id))
    setOff(new Set(someOff ? others : [...others, ...all]))
  }
  const toggle = (id: string) => {
    const next = new Set(off)
    if (!next.delete(id)) next.add(id)
    setOff(next)
  }
  return (
    <nav
      aria-label={say.list}
      className="w-56 shrink-0 overflow-y-auto border-r px-2 py-2 @max-3xl:hidden"
    >
      <Button kind="quiet" onClick={setAll}>
        {someOff ? say.showAll : say.hideAll}
      </Button>
      {groups.map(({ name, charts }) => (
        <section key={name} className="mt-2">
          {name && <h2 className="truncate px-2 text-small text-muted">{name}</h2>}
          <ul>
            {charts.map((chart) => (
              <Item
                key={chart.id}
                chart={chart}
                hidden={off.has(chart.id)}
                toggle={() => toggle(chart.id)}
              />
            ))}
          </ul>
        </section>
      ))}
    </nav>
  )
}

function Item({ chart, hidden, toggle }: { chart: Chart; hidden: boolean; toggle: () => void }) {
  const say = words.scalars
  const eye = hidden ? say.showChart(chart.title) : say.hideChart(chart.title)
  return (
    <li className="flex items-center">
      <button
        type="button"
        disabled={hidden}
        title={say.goTo(chart.title)}
        className="min-w-0 grow truncate rounded-md px-2 py-1 text-left normal-nums hover:bg-hover disabled:text-muted disabled:line-through"
        onClick={() => document.getElementById(elementId(chart))?.scrollIntoView()}
      >
        {chart.title}
      </button>
      <Button kind="icon" aria-label={eye} title={eye} aria-pressed={!hidden} onClick={toggle}>
        {hidden ? <EyeOffIcon /> : <EyeIcon />}
      </Button>
    </li>
  )
}
