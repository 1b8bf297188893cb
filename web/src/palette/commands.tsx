import type { useRouter } from '@tanstack/react-router'
import type { Findable, Found } from '../api/find'
import { statusOf } from '../api/status'
import type { Overlay } from '../frame/overlays'
import { StatusShape } from '../ui/StatusMark'
import { words } from '../words'
import type { Command } from './matching'

type Router = ReturnType<typeof useRouter>

/** The places one can go to. */
export function places(router: Router): Command[] {
  const { frame, palette } = words
  const go = (id: string, text: string, run: () => void, keys?: string): Command => ({
    id: `go ${id}`,
    text,
    run,
    ...(keys && { keys }),
  })
  return [
    go('home', frame.home, () => router.navigate({ to: '/' }), 'g h'),
    go('projects', frame.projects, () => router.navigate({ to: '/projects' }), 'g p'),
    go('tasks', frame.tasks, () => router.navigate({ to: '/tasks' }), 'g t'),
    go('workers', palette.workers, () => router.navigate({ to: '/workers' }), 'g w'),
    go('queues', palette.queues, () => router.navigate({ to: '/queues' })),
    go('gateway', frame.gateway, () => router.navigate({ to: '/gateway' }), 'g g'),
    go('profile', palette.profile, () => router.navigate({ to: '/settings/profile' }), 'g s'),
    go('keys', palette.credentials, () => router.navigate({ to: '/settings/credentials' })),
    go('look', palette.appearance, () => router.navigate({ to: '/settings/appearance' })),
    go('guide', palette.guide, () => router.navigate({ to: '/welcome' })),
  ]
}

interface Doings {
  show: (overlay: Overlay) => void
  toggleTheme: () => void
}

/** What can be done from anywhere. */
export function doings({ show, toggleTheme }: Doings): Command[] {
  const { frame, palette } = words
  return [
    { id: 'do task', text: words.actions.newTask.title, run: () => show('newTask') },
    { id: 'do project', text: palette.newProject, run: () => show('newProject') },
    { id: 'do queue', text: palette.newQueue, run: () => show('newQueue') },
    { id: 'do keys', text: palette.newCredentials, run: () => show('newCredentials') },
    { id: 'do theme', text: palette.toggleTheme, keys: 't', run: toggleTheme },
    { id: 'do sheet', text: frame.keyboard, keys: '?', run: () => show('keySheet') },
  ]
}

/** The way to something that was found. */
export function wayTo(router: Router, kind: Findable, found: Found): Command {
  const { id, name, status } = found
  const command = { id: `${kind} ${id}`, text: name, aside: placeOf(found) }
  switch (kind) {
    case 'tasks':
    case 'datasets':
    case 'pipelines':
      return {
        ...command,
        mark: status && <StatusShape status={statusOf(status)} />,
        run: () => router.navigate({ to: '/tasks/$taskId', params: { taskId: id } }),
      }
    case 'projects':
      return {
        ...command,
        run: () =>
          router.navigate({ to: '/projects/$projectId/overview', params: { projectId: id } }),
      }
    case 'queues':
      return {
        ...command,
        run: () => router.navigate({ to: '/queues/$queueId', params: { queueId: id } }),
      }
    case 'models':
      return {
        ...command,
        run: () => router.navigate({ to: '/models/$modelId', params: { modelId: id } }),
      }
    case 'reports':
      return {
        ...command,
        run: () => router.navigate({ to: '/reports/$reportId', params: { reportId: id } }),
      }
  }
}

/** The project something is in as people know it, without the hidden folders, and its version. */
function placeOf({ project, runtime }: Found): string | undefined {
  const folder = project?.name?.replace(/(^|\/)\.(datasets|pipelines|reports)(\/.*)?$/, '')
  return [folder, runtime?.version].filter(Boolean).join(' · ') || undefined
}
