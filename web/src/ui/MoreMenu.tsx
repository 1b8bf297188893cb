import type { ReactNode } from 'react'
import { Button } from './Button'
import { MoreIcon } from './icons'
import { Menu } from './Menu'

/** The menu of one thing in a list, behind three dots. */
export function MoreMenu({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Menu
      align="end"
      trigger={
        <Button kind="icon" aria-label={label} title={label}>
          <MoreIcon />
        </Button>
      }
    >
      {children}
    </Menu>
  )
}
