import { useRef } from 'react'
import { useKeys } from '../frame/keys'
import { Button } from '../ui/Button'
import { AXES, type Axis, type ScalarsSearch, writeSmoothing } from './search'

const AXIS_NAMES: Record<Axis, string> = {
  iteration: 'Iteration',
  time: 'Time',
  clock: 'Clock',
}

interface ScalarsBarProps {
  search: ScalarsSearch
  setSearch: (change: ScalarsSearch) => void
}

/** One toolbar for all charts of the page. */
export function ScalarsBar({ search, setSearch }: ScalarsBarProps) {
  const input = useRef<HTMLInputElement>(null)
  useKeys({ '/': () => input.current?.select() })
  const smoothing = Number(search.smooth ?? 0)
  return (
    <div className="flex min-h-10 shrink-0 flex-wrap items-center gap-x-4 gap-y-1 border-b px-4 py-1.5">
      <input
        ref={input}
        type="search"
        aria-label="Filter metrics"
        placeholder="Filter metrics"
        title="Press / to come here"
        spellCheck={false}
        className="h-7 w-44 rounded-md border border-line-strong/60 bg-raised px-2 placeholder:text-muted"
        value={search.metric ?? ''}
        onChange={(event) => setSearch({ metric: event.target.value || undefined })}
        onKeyDown={(event) => {
          if (event.key === 'Escape') input.current?.blur()
        }}
      />
      <fieldset className="flex items-center rounded-md border border-line-strong/60">
        <legend className="sr-only">Horizontal axis</legend>
        {AXES.map((axis) => (
          <label
            key={axis}
            className="cursor-pointer rounded-md px-2 py-0.5 text-muted hover:text-text has-checked:bg-tint/60 has-checked:text-text has-focus-visible:outline-2 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              name="axis"
              className="sr-only"
              checked={(search.x ?? 'iteration') === axis}
              onChange={() =>
                setSearch({ x: axis === 'iteration' ? undefined : axis, zoom: undefined })
              }
            />
            {AXIS_NAMES[axis]}
          </label>
        ))}
      </fieldset>
      <label className="flex items-center gap-2 text-muted">
        Smoothing
        <input
          type="range"
          min="0"
          max="0.99"
          step="0.01"
          className="w-28 accent-accent"
          value={smoothing}
          onChange={(event) => setSearch({ smooth: writeSmoothing(Number(event.target.value)) })}
        />
        <span className="w-8">{smoothing === 0 ? 'none' : smoothing}</span>
      </label>
      <Button
        kind="quiet"
        aria-pressed={search.log === '1'}
        className="aria-pressed:bg-tint/60 aria-pressed:text-text"
        onClick={() => setSearch({ log: search.log ? undefined : '1' })}
      >
        Log
      </Button>
      {search.zoom && (
        <Button kind="quiet" onClick={() => setSearch({ zoom: undefined })}>
          Whole range
        </Button>
      )}
    </div>
  )
}
