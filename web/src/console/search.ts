import { LEVELS, type Level } from './lines'

/** The state of the console tab, as its address holds it. */
export interface ConsoleSearch {
  /** The least level shown; absent for all. */
  level?: Level | undefined
  /** Present to break long lines at the window's edge. */
  wrap?: '1' | undefined
}

export function readConsoleSearch(raw: Record<string, unknown>): ConsoleSearch {
  const level = LEVELS.find((known) => known === raw.level)
  return {
    level: level === 'debug' ? undefined : level,
    wrap: raw.wrap === '1' ? '1' : undefined,
  }
}
