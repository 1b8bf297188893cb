import * as Menu from '@radix-ui/react-dropdown-menu'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { currentUserQuery, signOut } from '../api/session'
import { KeyboardIcon, SignOutIcon } from '../ui/icons'
import { useOpenKeySheet } from './sheet'

const ITEM =
  'flex h-8 items-center gap-2 rounded-md px-2 outline-none select-none data-[highlighted]:bg-hover'

/** Who is signed in, and what only they can do: sign out. */
export function UserMenu() {
  const user = useQuery(currentUserQuery).data
  const leave = useLeave()
  const openKeySheet = useOpenKeySheet()
  const name = user?.name ?? ''
  return (
    <Menu.Root modal={false}>
      <Menu.Trigger
        aria-label={`Account of ${name}`}
        className="grid size-7 place-items-center rounded-full border border-line-strong/60 bg-raised text-small font-semibold uppercase hover:bg-hover"
      >
        {[...name][0]}
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Content
          align="end"
          sideOffset={6}
          className="z-50 w-56 rounded-md border bg-raised p-1 shadow-overlay"
        >
          <div className="border-b px-2 pt-1 pb-2">
            <div className="truncate font-medium">{name}</div>
            <div className="text-small text-muted">{user?.role}</div>
          </div>
          <Menu.Item className={`${ITEM} mt-1`} onSelect={openKeySheet}>
            <KeyboardIcon className="text-muted" />
            Keyboard
          </Menu.Item>
          <Menu.Item className={ITEM} onSelect={leave}>
            <SignOutIcon className="text-muted" />
            Sign out
          </Menu.Item>
        </Menu.Content>
      </Menu.Portal>
    </Menu.Root>
  )
}

/** Signs out and forgets everything that was read, so that the next user of this browser sees none of it. */
function useLeave(): () => Promise<void> {
  const client = useQueryClient()
  const router = useRouter()
  return async () => {
    await signOut()
    await router.navigate({ to: '/login' })
    client.clear()
  }
}
