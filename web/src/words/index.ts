import { useSyncExternalStore } from 'react'
import { setLocale } from '../format/locale'
import { en } from './en'

/** Every word of the pages. A language is a file beside `en.ts` that exports `words` of this type. */
export type Words = typeof en

/** The languages there are, each by its own name. */
export const LANGUAGES = { en: 'English', it: 'Italiano', ru: 'Русский' } as const
export type Language = keyof typeof LANGUAGES

/** The words shown; read them when something is shown, not when a module is loaded. */
export let words: Words = en

/** Loaded when they are spoken, so that nobody waits for another language. */
const CATALOGUES: Record<Language, () => Promise<Words>> = {
  en: async () => en,
  it: async () => (await import('./it')).words,
  ru: async () => (await import('./ru')).words,
}

let spoken: Language = 'en'
const listeners = new Set<() => void>()

export function isLanguage(name: unknown): name is Language {
  return typeof name === 'string' && Object.hasOwn(LANGUAGES, name)
}

/** Speaks the first of these languages that there is; English when there is none. */
export async function speak(wanted: readonly string[]): Promise<void> {
  const names = wanted.map((name) => name.slice(0, 2).toLowerCase())
  const language = names.find(isLanguage) ?? 'en'
  if (language === spoken) return
  words = await CATALOGUES[language]()
  spoken = language
  setLocale(language)
  document.documentElement.lang = language
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** The language spoken now. */
export function useLanguage(): Language {
  return useSyncExternalStore(subscribe, () => spoken)
}
