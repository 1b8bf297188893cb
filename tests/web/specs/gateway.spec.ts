import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from '../support/fixtures.ts'

/** A machine that answers whatever it is asked. */
async function machine(): Promise<{ url: string; server: Server }> {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json')
    response.end('{"digit": 5}')
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/serve`, server }
}

test('a machine, an endpoint and an API are registered, tried, and found in the record', async ({
  signedIn: page,
}) => {
  const { url, server } = await machine()
  const field = (name: string) => page.getByRole('dialog').getByLabel(name, { exact: true })
  const open = async (tab: string, kind: string) => {
    const tabs = page.getByRole('navigation', { name: 'Parts of the gateway' })
    await tabs.getByRole('link', { name: tab, exact: true }).click()
    await page.getByRole('button', { name: `New ${kind}` }).click()
  }
  const create = async () => {
    await page.getByRole('button', { name: 'Create' }).click()
    await expect(page.getByRole('dialog')).toHaveCount(0)
  }
  await page.goto('/gateway')
  await open('Machines', 'machine')
  await field('Task id').fill('not an id')
  await field('URL').fill(url)
  await page.getByRole('button', { name: 'Create' }).click()
  await expect(page.getByRole('alert')).toContainText('32 hexadecimal digits')
  await field('Task id').fill('e'.repeat(32))
  await create()
  await expect(page.getByRole('row').filter({ hasText: url })).toContainText('not asked yet')

  await open('Endpoints', 'endpoint')
  await field('Machine').selectOption({ label: url })
  await field('Endpoint').fill('numerals')
  await create()

  await open('APIs', 'API')
  await field('Path').fill('city/digits')
  await field('Offers').selectOption({ label: 'endpoint: numerals' })
  await page.getByRole('dialog').getByLabel('Open to all callers').check()
  await create()
  const row = page.getByRole('row').filter({ hasText: 'city/digits' })
  await expect(row).toContainText('stable')
  await row.getByRole('button', { name: 'More actions on city/digits' }).click()
  await page.getByRole('menuitem', { name: 'Try it' }).click()

  await page.getByLabel('Parameters (JSON)').fill('{"x": [1, 2]')
  await page.getByRole('button', { name: 'Call it' }).click()
  await expect(page.getByText('This is no JSON')).toBeVisible()
  await page.getByLabel('Parameters (JSON)').fill('{"x": [1, 2]}')
  await page.getByRole('button', { name: 'Call it' }).click()
  await expect(page.getByRole('region', { name: 'Answer' })).toContainText('"digit": 5')
  await page.getByRole('tab', { name: 'Python' }).click()
  await expect(page.getByRole('tabpanel')).toContainText('requests.post')

  await page.goto('/gateway/calls?mode=stable')
  await page.getByRole('table').getByRole('link').first().click()
  await expect(page.getByRole('region', { name: 'Request' })).toContainText('"x"')
  await expect(page.getByRole('region', { name: 'Answer' })).toContainText('"digit": 5')
  await page.goto('/gateway')
  await expect(page.getByRole('region', { name: 'Busiest callers' })).toContainText('admin')
  server.close()
})

test('a template is registered, called, and its run followed to the end', async ({
  signedIn: page,
  seed,
}) => {
  const project = await seed.project('Gateway')
  const template = await seed.task({ name: 'heatmap', project })
  await seed.queue('analytics')
  const form = page.getByRole('dialog')
  await page.goto('/gateway/tasks')
  await page.getByRole('button', { name: 'New task template' }).click()
  await form.getByLabel('Task id').fill(template)
  await form.getByLabel('Queue').selectOption('analytics')
  await form.getByLabel('Description').fill('Heat map of a city')
  await page.getByRole('button', { name: 'Create' }).click()
  await expect(page.getByRole('row').filter({ hasText: template })).toContainText('analytics')

  await page.goto('/gateway/apis')
  await page.getByRole('button', { name: 'New API' }).click()
  await form.getByLabel('Path').fill('city/heatmap')
  await form.getByLabel('Offers').selectOption({ label: 'task template: Heat map of a city' })
  const schema = { properties: { city: { type: 'string', default: 'Firenze' } } }
  await form.getByLabel('Schema of the parameters').fill(JSON.stringify(schema))
  await page.getByRole('button', { name: 'Create' }).click()
  await page.getByRole('button', { name: 'More actions on city/heatmap' }).click()
  await page.getByRole('menuitem', { name: 'Try it' }).click()
  await expect(page.getByLabel('Parameters (JSON)')).toHaveValue(/Firenze/)
  await page.getByRole('button', { name: 'Call it' }).click()
  const answer = page.getByRole('region', { name: 'Answer' })
  await expect(answer).toContainText('"status": "queued"')
  const run = /"task_id": "([0-9a-f]{32})"/.exec((await answer.textContent()) ?? '')?.[1] ?? ''
  await seed.started(run)
  await expect(answer).toContainText('"status": "in_progress"')
  await seed.call('tasks.completed', { task: run })
  await expect(answer).toContainText('"status": "completed"')
})

test('a token is shown once, and removed', async ({ signedIn: page }) => {
  await page.goto('/gateway/tokens')
  await page.getByRole('button', { name: 'New token' }).click()
  await page.getByRole('dialog').getByLabel('What it is for').fill('the square')
  await page.getByRole('button', { name: 'Create' }).click()
  await expect(page.getByRole('dialog')).toContainText(/arno_[0-9a-f]{32}_/)
  await page.getByRole('button', { name: 'Done' }).click()
  const row = page.getByRole('row').filter({ hasText: 'the square' })
  await expect(row).not.toContainText('arno_')
  await row.getByRole('button', { name: 'More actions on the square' }).click()
  await page.getByRole('menuitem', { name: 'Remove' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await expect(row).toHaveCount(0)
})
