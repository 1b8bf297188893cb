import * as Menu from '@radix-ui/react-dropdown-menu'
import { Button } from '../ui/Button'
import { CheckIcon, ChevronIcon } from '../ui/icons'
import { MENU, MENU_ITEM } from '../ui/Menu'
import { FilterChip } from './FilterChip'

interface ListFilterProps {
  label: string
  chosen: string[]
  options: readonly { value: string; label: string }[]
  set: (chosen: string[]) => void
}

/** Chooses among values; none chosen means all. Typing in the open menu jumps to a value. */
export function ListFilter({ label, chosen, options, set }: ListFilterProps) {
  const nameOf = (value: string) => options.find((each) => each.value === value)?.label ?? value
  const shown = [
    ...options,
    ...chosen
      .filter((value) => !options.some((each) => each.value === value))
      .map((value) => ({ value, label: value })),
  ]
  const toggle = (value: string) =>
    set(chosen.includes(value) ? chosen.filter((each) => each !== value) : [...chosen, value])
  return (
    <FilterChip
      label={label}
      on={chosen.length > 0}
      clear={() => set([])}
      menu={
        <Menu.Root modal={false}>
          <Menu.Trigger asChild>
            <Button kind="quiet" className="max-w-64">
              {chosen.length > 0 ? (
                <span className="truncate">
                  {label}: <span className="text-text">{chosen.map(nameOf).join(', ')}</span>
                </span>
              ) : (
                <span className="capitalize">{label}</span>
              )}
              <ChevronIcon className="size-3" />
            </Button>
          </Menu.Trigger>
          <Menu.Portal>
            <Menu.Content align="start" sideOffset={4} className={MENU}>
              {shown.map((option) => (
                <Menu.CheckboxItem
                  key={option.value}
                  checked={chosen.includes(option.value)}
                  onCheckedChange={() => toggle(option.value)}
                  onSelect={(event) => event.preventDefault()}
                  className={MENU_ITEM}
                >
                  <span className="truncate normal-nums">{option.label}</span>
                  <Menu.ItemIndicator className="ml-auto text-accent">
                    <CheckIcon />
                  </Menu.ItemIndicator>
                </Menu.CheckboxItem>
              ))}
            </Menu.Content>
          </Menu.Portal>
        </Menu.Root>
      }
    />
  )
}
