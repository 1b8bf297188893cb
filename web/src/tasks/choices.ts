/** Values of a field that are asked for, and values that are left out. */
export interface Choice {
  include: string[]
  exclude: string[]
}

export const NO_CHOICE: Choice = { include: [], exclude: [] }

/**
 * Reads a choice of an address: names joined by commas, each encoded; one that is left out has a `-`
 * before it, so that a name that itself begins with `-` has that encoded too.
 */
export function readChoice(text: string | undefined): Choice {
  const items = [...new Set((text ?? '').split(',').filter((item) => item !== ''))]
  const isExcluded = (item: string) => item.startsWith('-') && item !== '-'
  return {
    include: items.filter((item) => !isExcluded(item)).map(decode),
    exclude: items.filter(isExcluded).map((item) => decode(item.slice(1))),
  }
}

export function writeChoice({ include, exclude }: Choice): string | undefined {
  const items = [
    ...include.map((name) => encodeURIComponent(name).replace(/^-/, '%2D')),
    ...exclude.map((name) => `-${encodeURIComponent(name)}`),
  ]
  return items.length === 0 ? undefined : items.join(',')
}

/** The choice after a value was turned on: from not chosen to asked for, to left out, and back. */
export function turned({ include, exclude }: Choice, value: string): Choice {
  const without = (values: string[]) => values.filter((each) => each !== value)
  if (include.includes(value)) return { include: without(include), exclude: [...exclude, value] }
  if (exclude.includes(value)) return { include, exclude: without(exclude) }
  return { include: [...include, value], exclude }
}

export function isChosen({ include, exclude }: Choice): boolean {
  return include.length + exclude.length > 0
}

/** A percent sign that encodes nothing stands for itself. */
function decode(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
