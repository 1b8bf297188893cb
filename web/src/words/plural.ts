import { formatCount } from '../format/number'

/** Forms of a noun with its number, which `#` stands for; a language has some of them. */
export type Forms = { other: string } & Partial<Record<Intl.LDMLPluralRule, string>>

/** Says a number with its noun, in the form the language has for that number. */
export function pluralsOf(language: string): (count: number, forms: Forms) => string {
  const rules = new Intl.PluralRules(language)
  return (count, forms) =>
    (forms[rules.select(count)] ?? forms.other).replace('#', formatCount(count))
}
