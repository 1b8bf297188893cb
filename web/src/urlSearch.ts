/** Reads an address's query as plain text; the first of repeated names counts. */
export function readUrlSearch(query: string): Record<string, string> {
  const search: Record<string, string> = {}
  for (const [name, value] of new URLSearchParams(query)) {
    if (!Object.hasOwn(search, name)) search[name] = value
  }
  return search
}

/** Writes a query that people can read: empty values are left out, and `,` `/` `:` stay as they are. */
export function writeUrlSearch(search: Record<string, unknown>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(search)) {
    if (typeof value === 'string' && value !== '') query.append(name, value)
  }
  const text = query.toString().replace(/%2C/g, ',').replace(/%2F/g, '/').replace(/%3A/g, ':')
  return text === '' ? '' : `?${text}`
}
