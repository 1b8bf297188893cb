import * as Menu from '@radix-ui/react-dropdown-menu'
import { STATUSES } from '../api/status'
import { Button } from '../ui/Button'
import { CheckIcon, ChevronIcon } from '../ui/icons'
import { StatusShape } from '../ui/StatusMark'
import { FilterChip } from './FilterChip'
import { statusesIn, toggleStatus } from './search'

interface StatusFilterProps {
  status: string | undefined
  setStatus: (status: string | undefined) => void
}

/** Chooses the statuses shown; none chosen means all. */
export function StatusFilter({ status, setStatus }: StatusFilterProps) {
  const chosen = statusesIn(status)
  return (
    <FilterChip
      label="status"
      on={chosen.length > 0}
      clear={() => setStatus(undefined)}
      menu={
        <Menu.Root modal={false}>
          <Menu.Trigger asChild>
            <Button kind="quiet">
              {chosen.length > 0 ? (
                <span>
                  status: <span className="text-text">{chosen.join(', ')}</span>
                </span>
              ) : (
                'Status'
              )}
              <ChevronIcon className="size-3" />
            </Button>
          </Menu.Trigger>
          <Menu.Portal>
            <Menu.Content
              align="start"
              sideOffset={4}
              className="z-50 w-44 rounded-md border bg-raised p-1 shadow-overlay"
            >
              {STATUSES.map((each) => (
                <Menu.CheckboxItem
                  key={each}
                  checked={chosen.includes(each)}
                  onCheckedChange={() => setStatus(toggleStatus(status, each))}
                  onSelect={(event) => event.preventDefault()}
                  className="flex h-8 items-center gap-2 rounded-md px-2 outline-none select-none data-[highlighted]:bg-hover"
                >
                  <StatusShape status={each} />
                  {each}
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
