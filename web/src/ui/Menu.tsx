import * as Radix from '@radix-ui/react-dropdown-menu'
import type { ReactNode } from 'react'

/** The panel of a menu, whatever opens it. */
export const MENU =
  'z-50 max-h-[min(60vh,var(--radix-popper-available-height))] max-w-96 min-w-44 overflow-y-auto rounded-md border bg-raised p-1 shadow-overlay'

/** One line of a menu. */
export const MENU_ITEM =
  'flex min-h-8 w-full items-center gap-2 rounded-md px-2 text-left outline-none select-none data-[disabled]:text-muted data-[highlighted]:bg-hover'

interface MenuProps {
  /** The button that opens it. */
  trigger: ReactNode
  align?: 'start' | 'end'
  children: ReactNode
}

export function Menu({ trigger, align = 'start', children }: MenuProps) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content align={align} sideOffset={4} className={MENU}>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

interface MenuItemProps {
  icon?: ReactNode
  /** Why the item is off; it is on when absent. */
  off?: string | undefined
  danger?: boolean
  onSelect: () => void
  children: ReactNode
}

/** An action; one that cannot be done now says why. */
export function MenuItem({ icon, off, danger, onSelect, children }: MenuItemProps) {
  return (
    <Radix.Item
      disabled={off !== undefined}
      onSelect={onSelect}
      className={`${MENU_ITEM} ${danger && !off ? 'text-failed' : ''}`}
    >
      {icon && <span className="text-muted">{icon}</span>}
      <span className="min-w-0">
        {children}
        {off && <span className="block max-w-64 pb-1 text-small text-muted">{off}</span>}
      </span>
    </Radix.Item>
  )
}

export function MenuSeparator() {
  return <Radix.Separator className="my-1 border-t" />
}
