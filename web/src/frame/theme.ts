import { useEffect, useSyncExternalStore } from 'react'
import { usePreference } from '../api/preferences'

export type Theme = 'dark' | 'light'

/** What one may choose; `system` follows the machine. */
export const THEME_CHOICES = ['system', 'dark', 'light'] as const
export type ThemeChoice = (typeof THEME_CHOICES)[number]

/** Where the choice is also kept, for `theme.js` to read before the first paint. */
const STORED = 'arno.theme'

const listeners = new Set<() => void>()

function currentTheme(): Theme {
  return document.documentElement.dataset.theme === 'light' ? 'light' : 'dark'
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** The theme shown now. */
export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, currentTheme)
}

/** The user's choice, and how to make another; the server remembers it, and so does this browser. */
export function useThemeChoice(): [ThemeChoice, (choice: ThemeChoice) => void] {
  const [stored, store] = usePreference('theme', readChoice)
  const choose = (choice: ThemeChoice) => {
    show(choice)
    store(choice)
  }
  return [stored ?? 'system', choose]
}

/** Turns the shown theme over, as a choice of the user. */
export function useToggleTheme(): () => void {
  const [, choose] = useThemeChoice()
  return () => choose(currentTheme() === 'dark' ? 'light' : 'dark')
}

/** Takes over a choice that was made in another browser. */
export function useStoredTheme(): void {
  const [stored] = usePreference('theme', readChoice)
  useEffect(() => {
    if (stored) show(stored)
  }, [stored])
}

function readChoice(stored: unknown): ThemeChoice | undefined {
  return THEME_CHOICES.find((choice) => choice === stored)
}

function show(choice: ThemeChoice): void {
  const system = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
  document.documentElement.dataset.theme = choice === 'system' ? system : choice
  try {
    if (choice === 'system') localStorage.removeItem(STORED)
    else localStorage.setItem(STORED, choice)
  } catch {
    // Without storage the page may open in the system's theme before it learns the choice.
  }
  for (const listener of listeners) listener()
}
