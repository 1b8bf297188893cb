import { Outlet } from '@tanstack/react-router'
import { useState } from 'react'
import { Toasts } from '../ui/Toasts'
import { TooltipScope } from '../ui/Tooltip'
import { KeySheet } from './KeySheet'
import { useKeys } from './keys'
import { type Overlays, OverlaysContext } from './overlays'
import { Rail } from './Rail'
import { useStoredTheme, useToggleTheme } from './theme'

/** What stays while pages change: the rail, the keys that work everywhere, the overlays. */
export function Frame() {
  const [sheetOpen, setSheetOpen] = useState(false)
  const overlays: Overlays = { openKeySheet: () => setSheetOpen(true) }
  useStoredTheme()
  useKeys({ t: useToggleTheme(), '?': overlays.openKeySheet })
  return (
    <OverlaysContext value={overlays}>
      <TooltipScope>
        <div className="flex h-full">
          <Rail />
          <div className="flex min-w-0 grow flex-col">
            <Outlet />
          </div>
        </div>
        {sheetOpen && <KeySheet close={() => setSheetOpen(false)} />}
        <Toasts />
      </TooltipScope>
    </OverlaysContext>
  )
}
