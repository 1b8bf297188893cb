import type { Page } from '@playwright/test'
import { expect, row, test } from '../support/fixtures.ts'

/** The names of the calls a page makes from now on. */
function callsOf(page: Page): string[] {
  const calls: string[] = []
  page.on('request', (request) => {
    const name = request.url().match(/\/v2\.34\/([a-z_]+\.[a-z_]+)/)?.[1]
    if (name) calls.push(name)
  })
  return calls
}

/** Waits for the stream of changes, which opens once somebody is signed in. */
async function streaming(page: Page, path: string): Promise<void> {
  const stream = page.waitForResponse((response) => response.url().endsWith('/api/v1/live'))
  await page.goto(path)
  expect((await stream).status()).toBe(200)
}

test('the server tells what changed, and only that is read again', async ({ signedIn, seed }) => {
  const project = await seed.project('Live/Changes')
  const first = await seed.task({ name: 'first', project })
  await streaming(signedIn, `/tasks?project=${project}`)
  await expect(row(signedIn, 'first')).toContainText('draft')
  const calls = callsOf(signedIn)
  await seed.started(first)
  await expect(row(signedIn, 'first')).toContainText('running')
  await seed.task({ name: 'second', project })
  await expect(row(signedIn, 'second')).toBeVisible()
  const other = calls.filter((name) => !/^(tasks|projects)\.get_all_ex$/.test(name))
  expect(other).toEqual([])
})

test('scalars and console follow what the task reports', async ({ signedIn, seed }) => {
  const task = await seed.task({ name: 'reports', project: await seed.project('Live/Reports') })
  await seed.started(task)
  await streaming(signedIn, `/tasks/${task}/scalars`)
  await expect(signedIn.getByText('No scalar has been reported yet.')).toBeVisible()
  await seed.scalars(task, [{ metric: 'loss', variant: 'train', iter: 0, value: 1 }])
  await expect(signedIn.getByRole('figure', { name: 'loss' })).toContainText('1 point')
  await signedIn.getByRole('tab', { name: 'Console' }).click()
  await seed.log(task, [{ msg: 'a line that has just been written' }])
  await expect(signedIn.getByText('a line that has just been written')).toBeVisible()
})

test('without the stream pages look by themselves', async ({ signedIn, seed }) => {
  const project = await seed.project('Live/Without')
  const task = await seed.task({ name: 'unseen', project })
  await signedIn.route('**/api/v1/live', (route) => route.fulfill({ status: 503 }))
  await signedIn.goto(`/tasks/${task}/info`)
  await expect(signedIn.getByRole('main')).toContainText('draft')
  await seed.started(task)
  await expect(signedIn.getByRole('main')).toContainText('running')
})
