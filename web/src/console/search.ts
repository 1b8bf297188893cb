import { LEVELS, type Level } from './lines'

/** The state of the console tab, as its address holds it. */
export interface ConsoleSearch {
  /** The least level shown; absent for all. */
  level?: Level | undefined
  /** Present to break long lines at the window's edge. */
  wrap?: '1' | undefined
  /** The moment the console is shown from, in milliseconds since 1970; its end when absent. */
  at?: string | undefined
  /** The words looked for. */
  find?: string | undefined
}

export function readConsoleSearch(raw: Record<string, unknown>): ConsoleSearch {
  const level = LEVELS.find((known) => known === raw.level)
  return {
    level: level === 'debug' ? undefined : level,
    wrap: raw.wrap === '1' ? '1' : undefined,
    at: typeof raw.at === 'string' && /^\d{1,15}$/.test(raw.at) ? raw.at : undefined,
    find: typeof raw.find === 'string' && raw.find !== '' ? raw.find : undefined,
  }
}
