import { useEffect } from 'react'
import { usePreference } from '../api/preferences'
import { messageOf } from '../ui/Notices'
import { toast } from '../ui/toasts'
import { isLanguage, type Language, speak, words } from '../words'

/** What one may choose; `system` follows the browser. */
export type LanguageChoice = Language | 'system'

/** Where the choice is also kept, for the pages before one signs in. */
const STORED = 'arno.language'

/** Speaks what was chosen in this browser, or what the browser asks for. */
export function speakFirst(): Promise<void> {
  let stored: string | null = null
  try {
    stored = localStorage.getItem(STORED)
  } catch {
    // Without storage the browser's language is spoken until the server tells the choice.
  }
  // Without its catalogue a page in English is better than none.
  return speak(stored ? [stored] : navigator.languages).catch((error) => console.error(error))
}

/** The user's choice, and how to make another; the server remembers it, and so does this browser. */
export function useLanguageChoice(): [LanguageChoice, (choice: LanguageChoice) => void] {
  const [stored, store] = usePreference('language', readChoice)
  const choose = (choice: LanguageChoice) => {
    store(choice)
    adopt(choice)
  }
  return [stored ?? 'system', choose]
}

/** Takes over a choice that was made in another browser. */
export function useStoredLanguage(): void {
  const [stored] = usePreference('language', readChoice)
  useEffect(() => {
    if (stored) adopt(stored)
  }, [stored])
}

function readChoice(stored: unknown): LanguageChoice | undefined {
  return stored === 'system' || isLanguage(stored) ? stored : undefined
}

function adopt(choice: LanguageChoice): void {
  try {
    if (choice === 'system') localStorage.removeItem(STORED)
    else localStorage.setItem(STORED, choice)
  } catch {
    // Without storage the sign-in is in the browser's language.
  }
  speak(choice === 'system' ? navigator.languages : [choice]).catch((error) =>
    toast({ text: `${words.settings.languageFailed}: ${messageOf(error)}`, failed: true }),
  )
}
