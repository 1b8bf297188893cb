import * as Popover from '@radix-ui/react-popover'
import { type FormEvent, useState } from 'react'
import { Button } from '../ui/Button'
import { Field, Input, Select } from '../ui/Field'
import { ChevronIcon } from '../ui/icons'
import { MENU } from '../ui/Menu'
import { words } from '../words'
import { columnLabel } from './cells'
import { type Column, readColumn } from './columnIds'
import { FilterChip } from './FilterChip'
import { isDate, type Range, readEnd } from './ranges'

/** Numbers and moments that are in every table. */
const ALWAYS = ['started', 'last_update', 'last_iteration', 'active_duration']

interface RangeFilterProps {
  ranges: Range[]
  columns: Column[]
  set: (ranges: Range[]) => void
}

/** A chip for each range that is on, and one to add another. */
export function RangeFilters({ ranges, columns, set }: RangeFilterProps) {
  const ranged = columns.filter((column) => column.kind !== 'standard')
  const always = ALWAYS.flatMap((id) => readColumn(id) ?? [])
  return (
    <>
      {ranges.map((range) => (
        <RangeChip
          key={range.column}
          range={range}
          columns={[...ranged, ...always]}
          set={(next) => set([...ranges.filter((each) => each !== range), ...(next ? [next] : [])])}
        />
      ))}
      <RangeChip
        key={`new ${ranges.length}`}
        columns={[...ranged, ...always]}
        set={(next) => next && set([...ranges.filter((each) => each.column !== next.column), next])}
      />
    </>
  )
}

interface RangeChipProps {
  /** Absent for the chip that adds one. */
  range?: Range | undefined
  columns: Column[]
  set: (range: Range | undefined) => void
}

function RangeChip({ range, columns, set }: RangeChipProps) {
  const [open, setOpen] = useState(false)
  const column = range && readColumn(range.column)
  return (
    <FilterChip
      label={column ? columnLabel(column) : words.tasks.range}
      on={range !== undefined}
      clear={() => set(undefined)}
      menu={
        <Popover.Root open={open} onOpenChange={setOpen}>
          <Popover.Trigger asChild>
            <Button kind="quiet">
              {range && column ? (
                <span className="text-text">{rangeText(columnLabel(column), range)}</span>
              ) : (
                <span className="first-letter:uppercase">{words.tasks.range}</span>
              )}
              <ChevronIcon className="size-3" />
            </Button>
          </Popover.Trigger>
          <Popover.Portal>
            <Popover.Content align="start" sideOffset={4} className={`${MENU} w-72`}>
              <RangeForm
                range={range}
                columns={columns}
                set={(next) => {
                  set(next)
                  setOpen(false)
                }}
              />
            </Popover.Content>
          </Popover.Portal>
        </Popover.Root>
      }
    />
  )
}

function RangeForm({ range, columns, set }: RangeChipProps) {
  const [column, setColumn] = useState(range?.column ?? columns[0]?.id ?? '')
  const [min, setMin] = useState(String(range?.min ?? ''))
  const [max, setMax] = useState(String(range?.max ?? ''))
  const type = isDate(column) ? 'datetime-local' : 'text'
  const submit = (event: FormEvent) => {
    event.preventDefault()
    set({ column, min: readEnd(column, min), max: readEnd(column, max) })
  }
  const text = words.tasks
  return (
    <form onSubmit={submit} className="flex flex-col gap-2 p-2">
      <Field label={text.rangeField} hint={text.rangeHint}>
        {(ids) => (
          <Select
            {...ids}
            value={column}
            onChange={(event) => setColumn(event.target.value)}
            options={columns.map((each) => ({ value: each.id, label: columnLabel(each) }))}
          />
        )}
      </Field>
      <Field label={text.rangeFrom}>
        {(ids) => (
          <Input
            {...ids}
            type={type}
            value={min}
            onChange={(event) => setMin(event.target.value)}
          />
        )}
      </Field>
      <Field label={text.rangeTo}>
        {(ids) => (
          <Input
            {...ids}
            type={type}
            value={max}
            onChange={(event) => setMax(event.target.value)}
          />
        )}
      </Field>
      <Button kind="main" type="submit">
        {text.apply}
      </Button>
    </form>
  )
}

/** `loss ≥ 0.1`, `0.1 ≤ loss ≤ 1`. */
function rangeText(name: string, { min, max }: Range): string {
  if (min !== undefined && max !== undefined) return `${min} ≤ ${name} ≤ ${max}`
  return min === undefined ? `${name} ≤ ${max}` : `${name} ≥ ${min}`
}
