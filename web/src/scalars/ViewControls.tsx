import { Button } from '../ui/Button'
import { Choice } from '../ui/Choice'
import { Select } from '../ui/Field'
import { Toggle } from '../ui/Toggle'
import { words } from '../words'
import { AXES, type ScalarsSearch } from './search'
import { AMOUNTS, readSmoothing, SMOOTHINGS, type SmoothingKind, writeSmoothing } from './smoothing'

interface ViewControlsProps {
  search: ScalarsSearch
  setSearch: (change: ScalarsSearch) => void
}

/** How charts are drawn: the same for all of them, and for one alone. */
export function ViewControls({ search, setSearch }: ViewControlsProps) {
  const say = words.scalars
  return (
    <>
      <Choice
        label={say.axis}
        options={AXES.map((axis) => ({ value: axis, label: say.axes[axis] }))}
        chosen={search.x ?? 'iteration'}
        choose={(x) => setSearch({ x: x === 'iteration' ? undefined : x, zoom: undefined })}
      />
      <SmoothingControl search={search} setSearch={setSearch} />
      <Toggle
        on={search.log === '1'}
        set={(on) => setSearch({ log: on ? '1' : undefined })}
        title={say.logHint}
      >
        {say.log}
      </Toggle>
      <Toggle
        on={search.outliers === '0'}
        set={(on) => setSearch({ outliers: on ? '0' : undefined })}
        title={say.outliersHint}
      >
        {say.outliers}
      </Toggle>
      {search.zoom && (
        <Button kind="quiet" onClick={() => setSearch({ zoom: undefined })}>
          {say.wholeRange}
        </Button>
      )}
    </>
  )
}

function SmoothingControl({ search, setSearch }: ViewControlsProps) {
  const say = words.scalars
  const smoothing = readSmoothing(search.smooth)
  const choose = (kind: SmoothingKind | undefined, amount?: number) => {
    const chosen = kind && { kind, amount: amount ?? AMOUNTS[kind].start }
    setSearch({ smooth: writeSmoothing(chosen) })
  }
  const options = ['none' as const, ...SMOOTHINGS]
  return (
    <span className="flex items-center gap-2">
      <Select
        slim
        aria-label={say.smoothing}
        className="w-40"
        value={smoothing?.kind ?? 'none'}
        onChange={({ target }) => choose(SMOOTHINGS.find((kind) => kind === target.value))}
        options={options.map((kind) => ({ value: kind, label: say.smoothings[kind] }))}
      />
      {smoothing && (
        <>
          <input
            type="range"
            aria-label={say.amount}
            {...limits(smoothing.kind)}
            className="w-24 accent-accent"
            value={smoothing.amount}
            onChange={({ target }) => choose(smoothing.kind, Number(target.value))}
          />
          <span className="w-8 text-muted">{smoothing.amount}</span>
          <Toggle
            on={search.raw === undefined}
            set={(on) => setSearch({ raw: on ? undefined : '0' })}
            title={say.rawHint}
          >
            {say.raw}
          </Toggle>
        </>
      )}
    </span>
  )
}

function limits(kind: SmoothingKind) {
  const { min, max, step } = AMOUNTS[kind]
  return { min, max, step }
}
