import { Link, useLocation, useRouter } from '@tanstack/react-router'
import { FolderIcon, GatewayIcon, GearIcon, HomeIcon, MachineIcon, TasksIcon } from '../ui/icons'
import { Tooltip } from '../ui/Tooltip'
import { words } from '../words'
import { useKeys } from './keys'

/** The places of the rail, each with the key that follows `g`, and with another path that belongs to it. */
const PLACES = [
  { to: '/', name: 'home', key: 'h', Icon: HomeIcon },
  { to: '/projects', name: 'projects', key: 'p', Icon: FolderIcon },
  { to: '/tasks', name: 'tasks', key: 't', Icon: TasksIcon },
  { to: '/workers', with: '/queues', name: 'workersAndQueues', key: 'w', Icon: MachineIcon },
  { to: '/gateway', name: 'gateway', key: 'g', Icon: GatewayIcon },
  { to: '/settings', name: 'settings', key: 's', Icon: GearIcon },
] as const

/** The way to every part of the site. */
export function Rail() {
  const router = useRouter()
  const path = useLocation({ select: ({ pathname }) => pathname })
  useKeys(
    Object.fromEntries(PLACES.map(({ key, to }) => [`g ${key}`, () => router.navigate({ to })])),
  )
  return (
    <nav
      aria-label={words.frame.main}
      className="flex w-12 shrink-0 flex-col items-center gap-1 border-r bg-sunken"
    >
      <Link
        to="/"
        aria-label="Arno"
        className="grid h-12 w-full shrink-0 place-items-center text-title font-semibold text-accent"
      >
        A
      </Link>
      {PLACES.map(({ to, name, key, Icon, ...place }) => (
        <Tooltip key={to} text={words.frame.withKey(words.frame[name], `g ${key}`)} side="right">
          <Link
            to={to}
            aria-label={words.frame[name]}
            data-here={'with' in place && path.startsWith(place.with)}
            className="grid size-9 shrink-0 place-items-center rounded-md text-muted transition-colors hover:bg-hover hover:text-text data-[here=true]:bg-hover data-[here=true]:text-accent data-[status=active]:bg-hover data-[status=active]:text-accent"
          >
            <Icon />
          </Link>
        </Tooltip>
      ))}
    </nav>
  )
}
