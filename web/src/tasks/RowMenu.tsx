import * as Radix from '@radix-ui/react-dropdown-menu'
import type { ActionTask } from '../actions/rules'
import { TaskMenuItems } from '../actions/TaskMenu'
import { MENU } from '../ui/Menu'

export interface MenuPlace {
  task: ActionTask
  x: number
  y: number
}

/** The menu of the row that was clicked with the right button, where the pointer was. */
export function RowMenu({ place, close }: { place: MenuPlace; close: () => void }) {
  return (
    <Radix.Root open modal={false} onOpenChange={(open) => !open && close()}>
      <Radix.Trigger asChild>
        <span className="fixed size-0" style={{ left: place.x, top: place.y }} />
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content align="start" className={MENU}>
          <TaskMenuItems task={place.task} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
