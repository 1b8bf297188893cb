import { readFile } from 'node:fs/promises'
import { createServer, type Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, test } from '../support/fixtures.ts'
import type { Server } from '../support/server.ts'

const FOLDER = join(import.meta.dirname, '../../../examples/dashboard')
const TYPES: Record<string, string> = { '/': 'text/html', '/dashboard.js': 'text/javascript' }

/** The example as somebody serves it, which is another origin than Arno's; it answers for an analytic, too. */
async function served(): Promise<{ url: string; server: HttpServer }> {
  const server = createServer(async (request, response) => {
    const path = request.url ?? ''
    const type = TYPES[path]
    response.setHeader('content-type', type ?? 'application/json')
    const file = join(FOLDER, path === '/' ? 'index.html' : path)
    response.end(type ? await readFile(file) : '{"digit": 5}')
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server }
}

async function register(server: Server, kind: string, fields: object) {
  const answer = await fetch(`${server.url}/api/v1/gateway/${kind}`, {
    method: 'POST',
    headers: { Authorization: server.authorization, 'Content-Type': 'application/json' },
    body: JSON.stringify(fields),
  })
  const entry = (await answer.json()) as Record<string, string>
  if (!answer.ok) throw new Error(`${kind}: ${entry.error}`)
  return entry
}

test('a dashboard of another origin asks an analytic, and follows a run by events and by a socket', async ({
  visitor: page,
  server,
  seed,
}) => {
  const { url, server: own } = await served()
  const task = await seed.task({ name: 'city map', project: await seed.project('Dashboard') })
  await seed.queue('city')
  const template = await register(server, 'tasks', { task, queue: 'city' })
  const serving = 'f'.repeat(32)
  const machine = await register(server, 'machines', { task: serving, url })
  const endpoint = await register(server, 'endpoints', { machine: serving, endpoint: 'digits' })
  const shared = { open: true, origins: [url] }
  const stable = { path: 'city/ask', mode: 'stable', target: endpoint.id, ...shared }
  const api = await register(server, 'apis', stable)
  await register(server, 'apis', { path: 'city/map', target: template.id, ...shared })
  const { token } = await register(server, 'tokens', { label: 'dashboard' })

  await page.goto(url)
  await page.getByLabel('Arno').fill(server.url)
  await page.getByLabel('Token').fill(token ?? '')
  await page.getByLabel('Machine hash').fill(machine.hash ?? '')
  await page.getByLabel('Endpoint').fill('digits')
  await page.getByRole('button', { name: 'Ask' }).click()
  await expect(page.locator('#answer')).toContainText('"digit": 5')

  const status = page.getByRole('status')
  await page.getByLabel('Task hash').fill(template.hash ?? '')
  for (const by of ['server-sent events', 'WebSocket']) {
    await page.getByLabel('Follow by').selectOption(by)
    const answered = page.waitForResponse((answer) => answer.url().endsWith('enqueue_task'))
    await page.getByRole('button', { name: 'Start' }).click()
    const run = ((await (await answered).json()) as { task_id: string }).task_id
    await expect(status).toHaveText('queued')
    await seed.started(run)
    await expect(status).toHaveText('in_progress')
    await seed.call('tasks.completed', { task: run })
    await expect(status).toHaveText('completed · 100 %')
    await expect(page.getByRole('button', { name: 'Stop' })).toBeDisabled()
  }

  // The other API names this page's origin still, so that the refusal can be read.
  const removed = await fetch(`${server.url}/api/v1/gateway/apis/${api.id}`, {
    method: 'PATCH',
    headers: { Authorization: server.authorization, 'Content-Type': 'application/json' },
    body: '{"origins": []}',
  })
  expect(removed.status).toBe(200)
  await page.getByRole('button', { name: 'Ask' }).click()
  await expect(page.locator('#answer')).toContainText('origin is registered neither')
  own.close()
  own.closeAllConnections()
})
