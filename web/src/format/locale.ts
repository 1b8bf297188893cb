let locale = 'en'

/** Numbers and dates are written as people of this language write them. */
export function setLocale(language: string): void {
  locale = language
}

export function currentLocale(): string {
  return locale
}

/** A formatter of the current language; made once for each, because making one costs far more than using it. */
export function perLocale<Made>(make: (locale: string) => Made): () => Made {
  let of: string | undefined
  let made: Made
  return () => {
    if (of !== locale) {
      made = make(locale)
      of = locale
    }
    return made
  }
}
