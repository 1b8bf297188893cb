import { useMemo } from 'react'
import { usePreference } from '../api/preferences'
import { readColors, type SeriesColors, writeColor } from './colors'

/** The colours the user chose, in all tasks, and how to choose one. */
export function useSeriesColors(): [
  SeriesColors,
  (name: string, color: number | undefined) => void,
] {
  const [stored, store] = usePreference<unknown>('scalars.colors', (value) => value)
  const colors = useMemo(() => readColors(stored), [stored])
  return [colors, (name, color) => store(writeColor(colors, name, color))]
}
