import { createContext, useContext } from 'react'

/** Opens the sheet of keys; given by the frame to whatever shows a way to it. */
export const KeySheetContext = createContext<() => void>(() => undefined)

export function useOpenKeySheet(): () => void {
  return useContext(KeySheetContext)
}
