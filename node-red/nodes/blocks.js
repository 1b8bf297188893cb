// The two blocks, under whatever names they are registered.

const { ask, chosen, fail, parameters, parsed, reason } = require('./client')

const OK = { fill: 'green', shape: 'dot', text: 'Authentication Ok' }
const NO_TOKEN = 'Authentication failed: Access token is missing or invalid'

/** The server's token; null, and a message, without one. */
async function authenticated(node, server, msg, send, done) {
  try {
    if (!server) throw new Error('no server')
    return await server.token()
  } catch {
    fail(node, msg, send, done, { error: NO_TOKEN }, 'Authentication Problem')
    return null
  }
}

/** A block that starts a sporadic analytic, and with `wait` passes on its end. */
function enqueue(RED) {
  return function (config) {
    RED.nodes.createNode(this, config)
    const server = RED.nodes.getNode(config.server || config.authentication)
    const node = this
    this.on('input', async (msg, send, done) => {
      const given = msg.payload ?? {}
      const task = chosen(config.task_id, given.task_id)
      if (!task) return fail(node, msg, send, done, { error: 'Task ID is missing' }, 'no task')
      const token = await authenticated(node, server, msg, send, done)
      if (!token) return
      const body = {
        task_id: task,
        queue: chosen(config.queue_name, given.queue_name),
        params: parameters(config.input, given.input),
      }
      try {
        node.status({ fill: 'blue', shape: 'dot', text: 'calling' })
        const answer = await ask(server, token, 'POST', 'enqueue_task', body)
        const response = parsed(answer.text)
        if (response === undefined) {
          const error = { error: 'Failed to parse response body', responseBody: answer.text }
          return fail(node, msg, send, done, error, 'no JSON')
        }
        if (answer.status < 200 || answer.status > 299) {
          const error = `Unexpected server response code: ${answer.status}`
          return fail(node, msg, send, done, { error, response }, `error ${answer.status}`)
        }
        if (response.status !== 'queued') {
          return fail(node, msg, send, done, { response }, response.error || 'not queued')
        }
        node.status(OK)
        msg.payload = { status: 'ok', response }
        if (config.wait) {
          node.status({ fill: 'blue', shape: 'ring', text: 'running' })
          const run = await finished(server, response.task_id, Number(config.wait) || 0)
          const ended = run.status === 'completed' || run.status === 'published'
          node.status({ fill: ended ? 'green' : 'red', shape: 'dot', text: run.status })
          msg.payload = { status: ended ? 'ok' : 'ko', response: { ...response, ...run } }
        }
        send(msg)
        done()
      } catch (error) {
        fail(node, msg, send, done, { error: reason(error) }, 'no answer')
      }
    })
  }
}

/** The run, once it has ended or so many seconds have passed. */
async function finished(server, task, seconds) {
  const until = Date.now() + seconds * 1000
  for (;;) {
    const left = Math.max(0, Math.round((until - Date.now()) / 1000))
    const path = `task/${encodeURIComponent(task)}?wait=${Math.min(60, left)}`
    const answer = await ask(server, await server.token(), 'GET', path, undefined, 90_000)
    const run = parsed(answer.text)
    if (answer.status !== 200 || !run) throw new Error(run?.error || `The gateway answered ${answer.status}`)
    if (!['created', 'queued', 'in_progress'].includes(run.status) || Date.now() >= until) return run
  }
}

/** A block that asks a stable analytic. */
function onDemand(RED) {
  return function (config) {
    RED.nodes.createNode(this, config)
    const server = RED.nodes.getNode(config.server || config.authentication)
    const node = this
    this.on('input', async (msg, send, done) => {
      const given = msg.payload ?? {}
      const machine = chosen(config.machine_id, given.machine_id)
      const endpoint = chosen(config.endpoint, given.endpoint)
      if (!machine) return fail(node, msg, send, done, { error: 'Machine ID is missing' }, 'no machine')
      if (!endpoint) return fail(node, msg, send, done, { error: 'Endpoint is missing' }, 'no endpoint')
      const token = await authenticated(node, server, msg, send, done)
      if (!token) return
      const body = { machine_id: machine, endpoint, params: parameters(config.input, given.input) }
      try {
        node.status({ fill: 'blue', shape: 'dot', text: 'calling' })
        const answer = await ask(server, token, 'POST', 'ondemand', body)
        const response = parsed(answer.text) ?? answer.text
        if (answer.status < 200 || answer.status > 299) {
          const error = `Unexpected server response: ${answer.status}`
          return fail(node, msg, send, done, { error, details: response }, `error ${answer.status}`)
        }
        // Gateways that answer errors as they once did: 200 with a text.
        if (typeof response === 'string' && response.startsWith('Error: ')) {
          return fail(node, msg, send, done, { error: response }, 'error')
        }
        node.status(OK)
        msg.payload = { status: 'ok', response }
        send(msg)
        done()
      } catch (error) {
        fail(node, msg, send, done, { error: reason(error) }, 'no answer')
      }
    })
  }
}

module.exports = { enqueue, finished, onDemand }
