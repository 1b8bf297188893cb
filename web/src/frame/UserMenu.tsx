import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { currentUserQuery, signOut } from '../api/session'
import { KeyboardIcon, SignOutIcon } from '../ui/icons'
import { Menu, MenuItem } from '../ui/Menu'
import { words } from '../words'
import { useOverlays } from './overlays'
import { roleName } from './roles'

/** Who is signed in, and what only they can do: sign out. */
export function UserMenu() {
  const user = useQuery(currentUserQuery).data
  const leave = useLeave()
  const { show } = useOverlays()
  const name = user?.name ?? ''
  const face = (
    <button
      type="button"
      aria-label={words.frame.accountOf(name)}
      className="grid size-7 shrink-0 place-items-center rounded-full border border-line-strong/60 bg-raised text-small font-semibold uppercase hover:bg-hover"
    >
      {[...name][0]}
    </button>
  )
  return (
    <Menu trigger={face} align="end">
      <div className="mb-1 w-56 border-b px-2 pt-1 pb-2">
        <div className="truncate font-medium">{name}</div>
        <div className="text-small text-muted">{user && roleName(user.role)}</div>
      </div>
      <MenuItem icon={<KeyboardIcon />} onSelect={() => show('keySheet')}>
        {words.frame.keyboard}
      </MenuItem>
      <MenuItem icon={<SignOutIcon />} onSelect={leave}>
        {words.frame.signOut}
      </MenuItem>
    </Menu>
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
