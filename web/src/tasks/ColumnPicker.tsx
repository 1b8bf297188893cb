import * as Popover from '@radix-ui/react-popover'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { metricVariantsQuery } from '../api/projects'
import { parametersQuery, sampleTasksQuery } from '../api/tasks'
import { Button } from '../ui/Button'
import { CONTROL } from '../ui/Field'
import { MENU } from '../ui/Menu'
import { messageOf } from '../ui/Notices'
import { words } from '../words'
import { columnLabel } from './cells'
import {
  type Column,
  cellValue,
  metricColumnId,
  parameterColumnId,
  readColumn,
  STANDARD,
  VALUES,
} from './columnIds'
import { DistributionMark } from './DistributionMark'
import { type Distribution, distributionOf } from './distribution'

interface ColumnPickerProps {
  project: string | undefined
  columns: Column[]
  setColumns: (columns: Column[]) => void
}

/** Most metrics and parameters listed at once; typing reaches the rest. */
const SHOWN = 60

/** Chooses the columns: standard ones, and any metric or parameter of the project. */
export function ColumnPicker(props: ColumnPickerProps) {
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <Button kind="quiet">{words.tasks.chooseColumns}</Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={4}
          aria-label={words.tasks.chooseColumns}
          className={`${MENU} w-96`}
        >
          <Choices {...props} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

function Choices({ project, columns, setColumns }: ColumnPickerProps) {
  const [sought, setSought] = useState('')
  const metrics = useQuery(metricVariantsQuery(project ?? ''))
  const parameters = useQuery({ ...parametersQuery(project ?? ''), enabled: project !== undefined })
  const sample = useQuery(sampleTasksQuery(project)).data ?? []
  const distribution = (id: string) => {
    const column = readColumn(id)
    return column && distributionOf(sample.map((task) => cellValue(column, task)))
  }
  const shown = new Set(columns.map(({ id }) => id))
  const toggle = (id: string) => {
    const column = readColumn(id)
    if (!column) return
    const rest = columns.filter((each) => each.id !== id)
    const next = shown.has(id) ? rest : [...columns, column]
    if (next.length > 0) setColumns(next)
  }
  const fits = (text: string) => text.toLowerCase().includes(sought.toLowerCase())
  const text = words.tasks
  const standard = STANDARD.filter((name) => fits(text.columns[name]))
  const found = (metrics.data ?? [])
    .filter((each) => fits(`${each.metric} ${each.variant}`))
    .slice(0, SHOWN)
  const named = (parameters.data ?? [])
    .filter((each) => fits(`${each.section} ${each.name}`))
    .slice(0, SHOWN)
  return (
    <div className="flex flex-col gap-2 p-1">
      <input
        type="search"
        aria-label={text.findColumn}
        placeholder={text.findColumn}
        className={CONTROL}
        value={sought}
        onChange={(event) => setSought(event.target.value)}
      />
      <Group title={text.standard}>
        {standard.map((name) => (
          <Choice
            key={name}
            label={text.columns[name]}
            on={shown.has(name)}
            toggle={() => toggle(name)}
          />
        ))}
      </Group>
      <Group title={text.metrics}>
        {metrics.isError && <Failed error={metrics.error} />}
        {found.map((each) => (
          <div
            key={`${each.metric_hash}${each.variant_hash}`}
            className="flex min-h-7 items-center gap-2 px-1"
          >
            <span className="min-w-0 grow truncate" title={`${each.metric} ${each.variant}`}>
              {each.metric} {each.variant}
            </span>
            <DistributionMark distribution={distribution(metricColumnId(each, 'value'))} />
            {VALUES.map((value) => {
              const id = metricColumnId(each, value)
              return (
                <label key={value} className="flex items-center gap-1 text-small">
                  <input
                    type="checkbox"
                    className="accent-accent"
                    aria-label={columnLabel(readColumn(id) as Column)}
                    checked={shown.has(id)}
                    onChange={() => toggle(id)}
                  />
                  {text.values[value]}
                </label>
              )
            })}
          </div>
        ))}
      </Group>
      <Group title={text.parameters}>
        {project === undefined && <p className="px-1 text-muted">{text.chooseProject}</p>}
        {parameters.isError && <Failed error={parameters.error} />}
        {named.map(({ section, name }) => {
          const id = parameterColumnId(section, name)
          return (
            <Choice
              key={id}
              label={`${section} / ${name}`}
              distribution={distribution(id)}
              on={shown.has(id)}
              toggle={() => toggle(id)}
            />
          )
        })}
      </Group>
    </div>
  )
}

function Group({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <fieldset>
      <legend className="pb-0.5 text-small text-muted">{title}</legend>
      {children}
    </fieldset>
  )
}

interface ChoiceProps {
  label: string
  distribution?: Distribution | undefined
  on: boolean
  toggle: () => void
}

function Choice({ label, distribution, on, toggle }: ChoiceProps) {
  return (
    <label className="flex min-h-7 items-center gap-2 rounded-md px-1 hover:bg-hover">
      <input type="checkbox" className="accent-accent" checked={on} onChange={toggle} />
      <span className="truncate">{label}</span>
      <DistributionMark distribution={distribution} />
    </label>
  )
}

function Failed({ error }: { error: unknown }) {
  return (
    <p className="px-1 text-small text-failed">
      {words.tasks.columnsFailed}: {messageOf(error)}
    </p>
  )
}
