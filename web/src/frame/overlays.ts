import { createContext, useContext } from 'react'

/** The frame's overlays, for whatever shows a way to them. */
export interface Overlays {
  openKeySheet: () => void
}

export const OverlaysContext = createContext<Overlays>({ openKeySheet: () => undefined })

export function useOverlays(): Overlays {
  return useContext(OverlaysContext)
}
