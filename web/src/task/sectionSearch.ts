/** The state of the tabs that list things beside the one that is shown. */
export interface SectionSearch {
  /** The thing shown: a section of parameters, a configuration object, an artifact. */
  show?: string | undefined
  /** Words a name or value must contain. */
  find?: string | undefined
}

export function readSectionSearch(raw: Record<string, unknown>): SectionSearch {
  return { show: text(raw.show), find: text(raw.find) }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
