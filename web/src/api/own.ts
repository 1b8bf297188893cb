import { ApiError, BASE_PATH } from './client'

/** Arno's own interface, beside the public API of the wire. */
export const OWN_PLACE = 'api/v1'

/** Asks Arno's own interface, with the session's cookie. */
export async function askOwn<Answer>(
  method: string,
  path: string,
  body?: object,
  signal?: AbortSignal,
): Promise<Answer> {
  const answer = await reach(`${OWN_PLACE}/${path}`, method, body, signal)
  const text = await answer.text()
  const value = parsed(text)
  if (answer.ok) return value as Answer
  const told = (value as { error?: string } | undefined)?.error
  const message = told?.replace(/^Error: /, '') ?? `The server answered ${answer.status}`
  throw new ApiError(message, `${method} ${path}`, answer.status, 0)
}

/** A request to a path of this site, with the session's cookie. */
export async function reach(path: string, method: string, body?: object, signal?: AbortSignal) {
  try {
    return await fetch(`${BASE_PATH}${path}`, {
      method,
      credentials: 'same-origin',
      headers: { 'Content-Type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal ?? null,
    })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new ApiError('The server cannot be reached', `${method} ${path}`, 0, 0)
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
