/** How programs call an API, ready to paste. `base` is the site's URL with a slash at its end. */
export function snippetsOf(base: string, path: string, params: string) {
  const url = `${base}clearml/serve/api/${path}`
  const body = compact(params)
  return [
    {
      name: 'curl',
      text: `curl ${quoted(url)} \\
  -H "Authorization: Bearer $ARNO_TOKEN" \\
  -H 'Content-Type: application/json' \\
  -d ${quoted(body)}`,
    },
    {
      name: 'Python',
      text: `import os
import requests

answer = requests.post(
    ${JSON.stringify(url)},
    headers={"Authorization": f"Bearer {os.environ['ARNO_TOKEN']}"},
    data=${JSON.stringify(body)},
    timeout=610,
)
answer.raise_for_status()
print(answer.json())`,
    },
    {
      name: 'JavaScript',
      text: `const answer = await fetch(${JSON.stringify(url)}, {
  method: 'POST',
  headers: { Authorization: \`Bearer \${accessToken}\`, 'Content-Type': 'application/json' },
  body: JSON.stringify(${body}),
})
if (!answer.ok) throw new Error((await answer.json()).error)
console.log(await answer.json())`,
    },
    { name: 'Node-RED', text: JSON.stringify(flowOf(url, body), null, 2) },
  ]
}

/** A flow to import: an inject node, the request, and a debug node. */
function flowOf(url: string, body: string) {
  return [
    {
      id: 'arno-in',
      type: 'inject',
      payload: body,
      payloadType: 'json',
      wires: [['arno-headers']],
    },
    {
      id: 'arno-headers',
      type: 'change',
      rules: [
        { t: 'set', p: 'headers', pt: 'msg', to: '{}', tot: 'json' },
        {
          t: 'set',
          p: 'headers.authorization',
          pt: 'msg',
          to: '"Bearer " & $env("ARNO_TOKEN")',
          tot: 'jsonata',
        },
      ],
      wires: [['arno-call']],
    },
    {
      id: 'arno-call',
      type: 'http request',
      method: 'POST',
      ret: 'obj',
      url,
      wires: [['arno-out']],
    },
    { id: 'arno-out', type: 'debug', complete: 'payload', wires: [] },
  ]
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

function compact(params: string): string {
  try {
    return JSON.stringify(JSON.parse(params || '{}'))
  } catch {
    return '{}'
  }
}

/** Parameters to begin with: what the schema's fields have as examples or defaults. */
export function exampleOf(schema: unknown): Record<string, unknown> {
  const properties = (schema as { properties?: Record<string, Field> } | null)?.properties ?? {}
  const value = ({ type, default: given, examples }: Field) =>
    given ?? examples?.[0] ?? EMPTY[String(type)] ?? null
  return Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, value(field)]))
}

interface Field {
  type?: unknown
  default?: unknown
  examples?: unknown[]
}

const EMPTY: Record<string, unknown> = {
  string: '',
  number: 0,
  integer: 0,
  boolean: false,
  array: [],
  object: {},
}
