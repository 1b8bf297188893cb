import { parseWireJson } from './json'

/** The page's base path with a trailing slash; the server writes it into `<base href>`. */
export const BASE_PATH = new URL(document.baseURI).pathname

/** The version of the API the pages speak. */
export const API_VERSION = 'v2.34'

const NOT_IMPLEMENTED = 9999

/** A call the server refused or that never reached it. */
export class ApiError extends Error {
  override readonly name = 'ApiError'

  constructor(
    message: string,
    /** `service.action` of the call. */
    readonly endpoint: string,
    /** The envelope's result code; 0 when no server answered. */
    readonly code: number,
    /** The envelope's result subcode; 0 when there is none. */
    readonly subcode: number,
    /** The server's id of the call, for finding it in the log. */
    readonly callId?: string,
  ) {
    super(message)
  }

  /** True when nobody is signed in, or the session has ended. */
  get signedOut(): boolean {
    return this.code === 401
  }

  /** True when the reason may pass by itself; a call that the server does not know stays unknown. */
  get passing(): boolean {
    return this.unreachable || (this.code >= 500 && this.subcode !== NOT_IMPLEMENTED)
  }

  /** True when no server answered. */
  get unreachable(): boolean {
    return this.code === 0
  }
}

interface Envelope {
  meta: { id?: string; result_code: number; result_subcode?: number; result_msg?: string }
  data: unknown
}

export interface CallOptions {
  signal?: AbortSignal
  headers?: Record<string, string>
}

/** Calls one endpoint of the public API with the session's cookie and returns its `data`. */
export async function call<Answer>(
  endpoint: string,
  body: object = {},
  options: CallOptions = {},
): Promise<Answer> {
  const response = await send(endpoint, body, options)
  const envelope = readEnvelope(await response.text())
  if (!envelope) {
    const message = `The server answered ${response.status} without an envelope`
    throw new ApiError(message, endpoint, response.status, 0)
  }
  const { meta, data } = envelope
  if (meta.result_code !== 200) {
    const message = meta.result_msg ?? `The server answered ${meta.result_code}`
    throw new ApiError(message, endpoint, meta.result_code, meta.result_subcode ?? 0, meta.id)
  }
  return data as Answer
}

async function send(endpoint: string, body: object, options: CallOptions): Promise<Response> {
  try {
    return await fetch(`${BASE_PATH}${API_VERSION}/${endpoint}`, {
      method: 'POST',
      credentials: 'same-origin',
      headers: {
        'Content-Type': 'application/json',
        'X-Clearml-Client': 'arno-web',
        ...options.headers,
      },
      body: JSON.stringify(body),
      signal: options.signal ?? null,
    })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new ApiError('The server cannot be reached', endpoint, 0, 0)
  }
}

function readEnvelope(text: string): Envelope | null {
  try {
    const value = parseWireJson(text) as Envelope | null
    return typeof value?.meta?.result_code === 'number' ? value : null
  } catch {
    return null
  }
}
