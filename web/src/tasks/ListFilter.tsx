import * as Menu from '@radix-ui/react-dropdown-menu'
import type { ReactNode } from 'react'
import { Button } from '../ui/Button'
import { CheckIcon, ChevronIcon, MinusIcon } from '../ui/icons'
import { MENU, MENU_ITEM } from '../ui/Menu'
import { words } from '../words'
import { type Choice, isChosen, NO_CHOICE, turned } from './choices'
import { FilterChip } from './FilterChip'

interface ListFilterProps {
  label: string
  choice: Choice
  options: readonly Option[]
  set: (choice: Choice) => void
  /** What else the menu asks, below the values. */
  children?: ReactNode
}

interface Option {
  value: string
  label: string
  mark?: ReactNode
}

/** Chooses among values, to be shown or to be left out. Typing in the open menu jumps to a value. */
export function ListFilter({ label, choice, options, set, children }: ListFilterProps) {
  const say = words.tasks
  const known = new Set(options.map(({ value }) => value))
  const others = [...choice.include, ...choice.exclude].filter((value) => !known.has(value))
  const shown: Option[] = [...options, ...others.map((value) => ({ value, label: value }))]
  const nameOf = (value: string) => shown.find((each) => each.value === value)?.label ?? value
  const said = [
    ...choice.include.map(nameOf),
    ...choice.exclude.map((value) => say.not(nameOf(value))),
  ]
  return (
    <FilterChip
      label={label}
      on={isChosen(choice)}
      clear={() => set(NO_CHOICE)}
      menu={
        <Menu.Root modal={false}>
          <Menu.Trigger asChild>
            <Button kind="quiet" className="max-w-64">
              {said.length > 0 ? (
                <span className="truncate">
                  {label}: <span className="text-text">{said.join(', ')}</span>
                </span>
              ) : (
                <span className="first-letter:uppercase">{label}</span>
              )}
              <ChevronIcon className="size-3" />
            </Button>
          </Menu.Trigger>
          <Menu.Portal>
            <Menu.Content align="start" sideOffset={4} className={MENU}>
              {shown.map((option) => (
                <Value
                  key={option.value}
                  option={option}
                  choice={choice}
                  turn={() => set(turned(choice, option.value))}
                />
              ))}
              <p className="px-2 pt-1 pb-1.5 text-small text-muted">
                {shown.length > 0 ? say.excludeHint : say.noValues}
              </p>
              {children}
            </Menu.Content>
          </Menu.Portal>
        </Menu.Root>
      }
    />
  )
}

interface ValueProps {
  option: Option
  choice: Choice
  turn: () => void
}

/** A value that is shown (checked), left out (mixed, with a minus) or neither. */
function Value({ option, choice, turn }: ValueProps) {
  const out = choice.exclude.includes(option.value)
  return (
    <Menu.CheckboxItem
      checked={out ? 'indeterminate' : choice.include.includes(option.value)}
      onCheckedChange={turn}
      onSelect={(event) => event.preventDefault()}
      className={MENU_ITEM}
    >
      {option.mark}
      <span className={`truncate normal-nums ${out ? 'text-muted line-through' : ''}`}>
        {option.label}
      </span>
      {out && <span className="sr-only">{words.tasks.leftOut}</span>}
      <Menu.ItemIndicator className={`ml-auto ${out ? 'text-failed' : 'text-accent'}`}>
        {out ? <MinusIcon /> : <CheckIcon />}
      </Menu.ItemIndicator>
    </Menu.CheckboxItem>
  )
}
