// Tokens of a real OpenID provider: discovery, keys and their rotation, and what happens without it.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Arno, until } from './support/arno.js'
import { AUDIENCE, Realm } from './support/provider.js'

let arno
let realm
let hash

before(async () => {
  arno = await Arno.start()
  realm = await Realm.start()
  await arno.call('queues.create', { name: 'services' })
  const task = await arno.call('tasks.create', { name: 'template', type: 'application' })
  hash = (await arno.register('tasks', { task: task.id, queue: 'services' })).hash
  await arno.register('issuers', { url: realm.url, audiences: [AUDIENCE], parties: ['nodered'] })
})

after(async () => {
  await arno?.stop()
  await realm?.stop().catch(() => {})
})

async function enqueue(token) {
  const answer = await fetch(`${arno.web}/clearml/serve/enqueue_task`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ access_token: token, task_id: hash, params: {} }),
  })
  return { status: answer.status, body: await answer.json() }
}

test('a real token is believed, its key changes, and its provider goes away', async () => {
  const first = await realm.token()
  const good = await enqueue(first)
  assert.equal(good.status, 200, JSON.stringify(good.body))
  const { items } = await until(() => arno.calls(), found => found.total >= 1)
  assert.equal(items[0].caller, `${realm.url}#anna`)

  const forged = first.slice(0, -20) + (first.at(-20) === 'A' ? 'B' : 'A') + first.slice(-19)
  assert.deepEqual(await enqueue(forged), { status: 401, body: { error: 'Error: Access token is invalid' } })

  await realm.rotate('second')
  const second = await realm.token()
  const kid = token => JSON.parse(Buffer.from(token.split('.')[0], 'base64url')).kid
  assert.notEqual(kid(second), kid(first))
  // A key that is not known yet is asked for, but not all the time.
  await until(() => enqueue(second), answer => answer.status === 200)
  assert.equal((await enqueue(first)).status, 200, 'the old key is shown still')

  await realm.stop()
  assert.equal((await enqueue(second)).status, 200, 'the keys are kept while the provider is away')
  const other = await Realm.start()
  await other.stop()
  await arno.register('issuers', { url: other.url })
  const unknown = await realmToken(other)
  const refused = await enqueue(unknown)
  assert.equal(refused.status, 401)
  assert.match(refused.body.error, /its issuer gives no usable answer/)
})

/** A token as a provider that is away would have made it. */
async function realmToken(other) {
  await other.listen()
  const token = await other.token()
  await other.stop()
  return token
}
