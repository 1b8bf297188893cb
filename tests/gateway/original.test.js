// Requests exactly as the first package's blocks send them (gateway.md §3, §4, §6), and whether those
// blocks would take the answer for what it is. The blocks themselves are not ours to ship.

import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { after, before, test } from 'node:test'
import { Arno, freePort } from './support/arno.js'

/** Where the city's dashboards are. */
const ORIGIN = 'https://www.snap4city.org'

let arno
let machine
let token
let hash
let machineHash

before(async () => {
  arno = await Arno.start({ ARNO_GATEWAY_ORIGINS: ORIGIN })
  const port = await freePort()
  machine = createServer((_, response) => {
    response.setHeader('content-type', 'application/json')
    response.end('{"digit": 5}')
  })
  await new Promise(resolve => machine.listen(port, '127.0.0.1', resolve))
  await arno.call('queues.create', { name: 'services' })
  const task = await arno.call('tasks.create', { name: 'heatmap', type: 'application' })
  hash = (await arno.register('tasks', { task: task.id, queue: 'services' })).hash
  const serving = 'd'.repeat(32)
  machineHash = (await arno.register('machines', { task: serving, url: `http://127.0.0.1:${port}/serve` })).hash
  await arno.register('endpoints', { machine: serving, endpoint: 'digits' })
  token = (await arno.register('tokens', { label: 'flow' })).token
})

after(async () => {
  machine?.closeAllConnections()
  machine?.close()
  await arno?.stop()
})

/** What the block does with an answer: the payload it passes on. */
const blocks = {
  enqueue({ status, text }) {
    let response
    try {
      response = JSON.parse(text)
    } catch {
      return { status: 'ko', error: 'Failed to parse response body', responseBody: text }
    }
    if (status < 200 || status > 299) {
      return { status: 'ko', error: `Unexpected server response code: ${status}`, response }
    }
    return response.status === 'queued' ? { status: 'ok', response } : { status: 'ko', response }
  },
  ondemand({ status, text }) {
    const response = JSON.parse(text)
    if (status < 200 || status > 299) {
      return { status: 'ko', error: `Unexpected server response: ${status}`, details: response }
    }
    return { status: 'ok', response }
  },
}

async function sent(block, body) {
  const path = block === 'enqueue' ? 'enqueue_task' : 'ondemand'
  const answer = await fetch(`${arno.web}/clearml/serve/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return blocks[block]({ status: answer.status, text: await answer.text() })
}

test('an enqueue request is taken as queued', async () => {
  for (const params of [{}, { area: { lat: 43.7 } }, '{"area": 1}', '']) {
    for (const queue of ['services', '']) {
      const payload = await sent('enqueue', { access_token: token, task_id: hash, queue, params })
      assert.equal(payload.status, 'ok', JSON.stringify(payload))
      assert.equal(payload.response.status, 'queued')
      assert.equal(payload.response.queue, 'services')
    }
  }
})

test('an on-demand request gets the endpoint\'s answer', async () => {
  const body = { access_token: token, machine_id: machineHash, endpoint: 'digits', params: { x: 1 } }
  assert.deepEqual(await sent('ondemand', body), { status: 'ok', response: { digit: 5 } })
})

test('refusals are taken as such', async () => {
  const enqueue = { access_token: token, task_id: hash, params: {} }
  const ondemand = { access_token: token, machine_id: machineHash, endpoint: 'digits', params: {} }
  for (const [block, body, code, text] of [
    ['enqueue', { ...enqueue, task_id: '' }, 400, 'Error: Task ID is missing'],
    ['enqueue', { ...enqueue, task_id: 'x' }, 404, 'Error: Invalid Task ID: x'],
    ['enqueue', { ...enqueue, access_token: 'x' }, 401, 'Error: Access token is invalid'],
    ['ondemand', { ...ondemand, machine_id: '' }, 400, 'Error: Machine id is missing'],
    ['ondemand', { ...ondemand, endpoint: '' }, 400, 'Error: Endpoint is missing'],
    ['ondemand', { ...ondemand, endpoint: 'x' }, 404, 'Error: Invalid Endpoint ID or Endpoint Task ID: x'],
  ]) {
    const payload = await sent(block, body)
    assert.equal(payload.status, 'ko')
    assert.ok(payload.error.endsWith(`${code}`), payload.error)
    assert.equal((payload.response ?? payload.details).error, text)
  }
})

test('a dashboard\'s script may call from its registered origin', async () => {
  // As the manual prints it: the other path, from a page of another origin, after asking leave.
  const url = `${arno.web}/clearml/serve/OnDemand/Stable`
  const origin = ORIGIN
  const ask = from =>
    fetch(url, {
      method: 'OPTIONS',
      headers: { origin: from, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
    })
  const asked = await ask(origin)
  assert.equal(asked.headers.get('access-control-allow-origin'), origin)
  assert.match(asked.headers.get('access-control-allow-headers'), /content-type/)
  assert.equal((await ask('https://elsewhere.example.org')).headers.get('access-control-allow-origin'), null)
  const answer = await fetch(url, {
    method: 'POST',
    headers: { origin, 'content-type': 'application/json' },
    body: JSON.stringify({ access_token: token, machine_id: machineHash, endpoint: 'digits', params: {} }),
  })
  assert.deepEqual([answer.status, await answer.json()], [200, { digit: 5 }])
  assert.equal(answer.headers.get('access-control-allow-origin'), origin)
})
