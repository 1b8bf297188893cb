import { createContext, useContext } from 'react'

/** What can lie over any page. */
export type Overlay =
  | 'palette'
  | 'keySheet'
  | 'newTask'
  | 'newProject'
  | 'newQueue'
  | 'newCredentials'

/** The frame's overlays, for whatever shows a way to them. */
export interface Overlays {
  show: (overlay: Overlay) => void
}

export const OverlaysContext = createContext<Overlays>({ show: () => undefined })

export function useOverlays(): Overlays {
  return useContext(OverlaysContext)
}
