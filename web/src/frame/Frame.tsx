import { useQueryClient } from '@tanstack/react-query'
import { Outlet } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useMemo, useState } from 'react'
import { follow } from '../api/live'
import { Toasts } from '../ui/Toasts'
import { TooltipScope } from '../ui/Tooltip'
import { KeySheet } from './KeySheet'
import { useKeys } from './keys'
import { useStoredLanguage } from './language'
import { type Overlay, OverlaysContext } from './overlays'
import { Rail } from './Rail'
import { useStoredTheme, useToggleTheme } from './theme'

const OVERLAYS = {
  palette: lazy(() => import('../palette/Palette').then((m) => ({ default: m.Palette }))),
  keySheet: KeySheet,
  newTask: lazy(() =>
    import('../actions/NewTaskDialog').then((m) => ({ default: m.NewTaskDialog })),
  ),
  newProject: lazy(() =>
    import('../projects/ProjectForm').then((m) => ({ default: m.ProjectForm })),
  ),
  newQueue: lazy(() => import('../workers/QueueForm').then((m) => ({ default: m.QueueForm }))),
  newCredentials: lazy(() =>
    import('../settings/NewCredentials').then((m) => ({ default: m.NewCredentials })),
  ),
}

/** What stays while pages change: the rail, the keys that work everywhere, the overlays. */
export function Frame() {
  const [overlay, show] = useState<Overlay | null>(null)
  const overlays = useMemo(() => ({ show }), [])
  useStoredTheme()
  useStoredLanguage()
  useLive()
  useKeys({ t: useToggleTheme(), '?': () => show('keySheet') })
  usePaletteKey(() => show('palette'))
  const Shown = overlay && OVERLAYS[overlay]
  return (
    <OverlaysContext value={overlays}>
      <TooltipScope>
        <div className="flex h-full">
          <Rail />
          <div className="flex min-w-0 grow flex-col">
            <Outlet />
          </div>
        </div>
        <Suspense>{Shown && <Shown close={() => show(null)} />}</Suspense>
        <Toasts />
      </TooltipScope>
    </OverlaysContext>
  )
}

/** Follows the server's changes while somebody is signed in. */
function useLive(): void {
  const client = useQueryClient()
  useEffect(() => follow(client), [client])
}

/** Ctrl+K or ⌘K, also while one types. */
function usePaletteKey(open: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return
      if (event.altKey || event.shiftKey) return
      event.preventDefault()
      open()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  })
}
