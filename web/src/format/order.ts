/** Natural order of names, so that `layer 2` comes before `layer 10`. One collator, because making one is slow. */
export const byName: (a: string, b: string) => number = new Intl.Collator('en', { numeric: true })
  .compare
