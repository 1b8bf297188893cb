import { en } from './en'

/** Every word of the pages. A language is a file beside `en.ts` that exports `words` of this type. */
export type Words = typeof en

/** The words shown; read them when something is shown, not when a module is loaded. */
export let words: Words = en

const others = import.meta.glob<{ words: Words }>(['./??.ts', '!./en.ts'])

/** Takes the first of these languages that has a catalogue; English when none has. */
export async function speak(languages: readonly string[]): Promise<void> {
  for (const language of languages) {
    const name = language.slice(0, 2).toLowerCase()
    const load = others[`./${name}.ts`]
    if (name !== 'en' && !load) continue
    if (load) words = (await load()).words
    document.documentElement.lang = name
    return
  }
}
