// What the blocks share: requests to the gateway, and answers in the form the first blocks had.

const PATIENCE = 610_000

/** Asks the gateway; `{status, body}`, or throws when no server answers. */
async function ask(server, token, method, path, body, timeout = PATIENCE) {
  const headers = { accept: 'application/json' }
  if (token) headers.authorization = `Bearer ${token}`
  if (body !== undefined) headers['content-type'] = 'application/json'
  const answer = await fetch(server.place(path), {
    method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: AbortSignal.timeout(timeout),
  })
  return { status: answer.status, text: await answer.text() }
}

/** The JSON of a text, or undefined. */
function parsed(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A value that a message may override: the message's own, else the block's. */
function chosen(own, given) {
  return given === undefined || given === null || given === '' ? own : given
}

/** Parameters from the block's box (JSON text) or the message (an object). */
function parameters(own, given) {
  const value = chosen(own, given)
  if (value === undefined || value === '') return {}
  return typeof value === 'string' ? (parsed(value) ?? value) : value
}

/** Why a call failed, in words; never with the token. */
function reason(error) {
  if (error.name === 'TimeoutError') return 'The gateway did not answer in time'
  return error.cause?.message || error.message
}

/** Shows a failure on the block and in the message. */
function fail(node, msg, send, done, payload, text) {
  node.status({ fill: 'red', shape: 'dot', text })
  msg.payload = { status: 'ko', ...payload }
  send(msg)
  done()
}

module.exports = { ask, chosen, fail, parameters, parsed, reason }
