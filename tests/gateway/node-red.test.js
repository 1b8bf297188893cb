// Flows in a real Node-RED that start an analytic, wait for it, and ask another one.

import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { after, before, test } from 'node:test'
import { Arno, freePort, until } from './support/arno.js'
import { flow, NodeRed } from './support/red.js'

let arno
let red
let machine
let token
let template
let hash
let machineHash

before(async () => {
  arno = await Arno.start()
  const port = await freePort()
  machine = createServer((request, response) => {
    let text = ''
    request.on('data', part => {
      text += part
    })
    request.on('end', () => {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ path: request.url, got: JSON.parse(text) }))
    })
  })
  await new Promise(resolve => machine.listen(port, '127.0.0.1', resolve))

  await arno.call('queues.create', { name: 'services' })
  template = (await arno.call('tasks.create', { name: 'heatmap', type: 'application' })).id
  // As a script does it, beside the running server.
  hash = await arno.command('gateway', 'task', 'add', '--task', template, '--queue', 'services')
  const serving = 'c'.repeat(32)
  const url = `http://127.0.0.1:${port}/serve`
  machineHash = await arno.command('gateway', 'machine', 'add', '--id', serving, '--url', url)
  await arno.command('gateway', 'endpoint', 'add', '--machine', serving, '--endpoint', 'digits')
  await arno.command('user', 'add', 'anna')
  token = await arno.command('gateway', 'token', 'create', '--user', 'anna', '--expires', '1h')
  assert.match(token, /^arno_/)

  const servers = [
    { id: 'server', type: 'arno-server', name: 'lab', url: arno.web },
    { id: 'nobody-server', type: 'arno-server', name: 'nobody', url: arno.web },
    { id: 'away-server', type: 'arno-server', name: 'away', url: 'http://127.0.0.1:1' },
  ]
  const enqueue = more => ({ type: 'arno-enqueue', server: 'server', ...more })
  const ask = more => ({ type: 'arno-on-demand', server: 'server', ...more })
  const nodes = [
    ...servers,
    ...flow('start', enqueue({})),
    ...flow('own', enqueue({ task_id: hash, queue_name: 'services', input: '{"city": "Roma", "n": 3}' })),
    ...flow('wait', enqueue({ task_id: hash, wait: 30 })),
    ...flow('result', { type: 'arno-result', server: 'server', wait: 30 }),
    ...flow('nobody', enqueue({ server: 'nobody-server', task_id: hash })),
    ...flow('away', enqueue({ server: 'away-server', task_id: hash })),
    ...flow('ask', ask({})),
    ...flow('digits', ask({ machine_id: machineHash, endpoint: 'digits' })),
    ...flow('old', { type: 'clearml-serving-ondemand', server: 'server', machine_id: machineHash, endpoint: 'digits' }),
  ]
  const credentials = { server: { token }, 'away-server': { token } }
  red = await NodeRed.start(nodes, credentials, { arnoOriginalNames: true })
})

after(async () => {
  await red?.stop()
  machine?.closeAllConnections()
  machine?.close()
  await arno?.stop()
})

test('an analytic is started with what the block or the message says', async () => {
  const own = await red.send('own')
  assert.equal(own.status, 'ok', JSON.stringify(own))
  assert.equal(own.response.status, 'queued')
  const { task } = await arno.call('tasks.get_by_id', { task: own.response.task_id })
  assert.equal(task.hyperparams.General.city.value, 'Roma')
  assert.equal(task.hyperparams.General.n.type, 'int')

  const given = await red.send('start', { task_id: hash, queue_name: 'services', input: { city: 'Pisa' } })
  const started = await arno.call('tasks.get_by_id', { task: given.response.task_id })
  assert.equal(started.task.hyperparams.General.city.value, 'Pisa')
})

test('a flow waits for the end of its run', async () => {
  const waiting = red.send('wait')
  const { tasks } = await until(
    () => arno.call('tasks.get_all', { status: ['queued'], parent: template, order_by: ['-created'] }),
    found => found.tasks.length > 2,
  )
  const run = tasks[0].id
  await arno.call('tasks.started', { task: run })
  await arno.call('tasks.completed', { task: run })
  const ended = await waiting
  assert.deepEqual([ended.status, ended.response.status, ended.response.task_id], ['ok', 'completed', run])
  const again = await red.send('result', { task_id: run })
  assert.equal(again.response.status, 'completed')
})

test('another one is asked, also by the first package\'s name', async () => {
  for (const place of ['digits', 'old']) {
    const answer = await red.send(place, { input: { x: [1, 2] } })
    const response = { path: '/serve/digits', got: { x: [1, 2] } }
    assert.deepEqual(answer, { status: 'ok', response }, place)
  }
})

test('what goes wrong is told as the first blocks told it', async () => {
  const unknown = { error: 'Error: Invalid Task ID: abc' }
  const noEndpoint = { error: 'Error: Invalid Endpoint ID or Endpoint Task ID: other' }
  const noToken = 'Authentication failed: Access token is missing or invalid'
  for (const [place, payload, expected] of [
    ['start', {}, { status: 'ko', error: 'Task ID is missing' }],
    ['ask', {}, { status: 'ko', error: 'Machine ID is missing' }],
    ['ask', { machine_id: machineHash }, { status: 'ko', error: 'Endpoint is missing' }],
    ['nobody', {}, { status: 'ko', error: noToken }],
    ['start', { task_id: 'abc' }, { status: 'ko', error: 'Unexpected server response code: 404', response: unknown }],
    [
      'ask',
      { machine_id: machineHash, endpoint: 'other' },
      { status: 'ko', error: 'Unexpected server response: 404', details: noEndpoint },
    ],
  ]) {
    assert.deepEqual(await red.send(place, payload), expected, place)
  }
  const away = await red.send('away')
  assert.equal(away.status, 'ko')
  assert.match(away.error, /ECONNREFUSED|fetch failed|bad port/)
})

test('no token is in any log', async () => {
  // A secret may have underscores itself.
  const secret = token.slice('arno_'.length + 32 + 1)
  assert.ok(secret.length > 40 && !red.log.includes(secret), 'the token was logged')
})
