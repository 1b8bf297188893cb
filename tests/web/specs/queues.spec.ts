import { randomBytes } from 'node:crypto'
import type { Page } from '@playwright/test'
import { expect, test } from '../support/fixtures.ts'
import type { Seed } from '../support/seed.ts'

/** A name that no other test, and no other run of this one, has given. */
const unique = (name: string) => `${name} ${randomBytes(3).toString('hex')}`

/** A queue with waiting tasks; the ids in their order. */
async function filled(seed: Seed, name: string, count: number) {
  const project = await seed.project(`Queues ${name}`)
  const queue = await seed.queue(name)
  const tasks: string[] = []
  for (let at = 1; at <= count; at += 1) {
    const task = await seed.task({ name: `${name} job ${at}`, project })
    await seed.enqueued(task, queue)
    tasks.push(task)
  }
  return { queue, tasks }
}

/** The tasks a queue's page shows, from the top, as ids. */
async function shown(page: Page): Promise<string[]> {
  const rows = page.locator('li[data-place]')
  const places = await rows.evaluateAll((elements) =>
    elements.map((element) => ({
      place: Number(element.getAttribute('data-place')),
      task:
        element
          .querySelector('a')
          ?.getAttribute('href')
          ?.match(/[0-9a-f]{32}/)?.[0] ?? '',
    })),
  )
  return places.sort((a, b) => a.place - b.place).map(({ task }) => task)
}

test('the order of a queue is changed by keys, by dragging and from the menu', async ({
  signedIn,
  seed,
}) => {
  const { queue, tasks } = await filled(seed, unique('ordered'), 4)
  const [a = '', b = '', c = '', d = ''] = tasks
  await signedIn.goto(`/queues/${queue}`)
  await expect.poll(() => shown(signedIn)).toEqual([a, b, c, d])

  await signedIn.getByRole('button', { name: /^Place 1:/ }).focus()
  await signedIn.keyboard.press('Alt+ArrowDown')
  await expect.poll(() => shown(signedIn)).toEqual([b, a, c, d])
  await expect.poll(() => seed.waiting(queue)).toEqual([b, a, c, d])
  // The focus went along with the row.
  await signedIn.keyboard.press('Alt+ArrowDown')
  await expect.poll(() => seed.waiting(queue)).toEqual([b, c, a, d])

  const rowAt = (place: number) => signedIn.locator(`li[data-place="${place}"]`)
  await rowAt(3).dragTo(rowAt(0))
  await expect.poll(() => seed.waiting(queue)).toEqual([d, b, c, a])
  await expect.poll(() => shown(signedIn)).toEqual([d, b, c, a])

  await rowAt(0)
    .getByRole('button', { name: /^More actions/ })
    .click()
  await signedIn.getByRole('menuitem', { name: 'Move to the back' }).click()
  await expect.poll(() => seed.waiting(queue)).toEqual([b, c, a, d])
})

test('a task moves to another queue and back, and out of its queue', async ({ signedIn, seed }) => {
  const { queue, tasks } = await filled(seed, unique('first queue'), 2)
  const second = unique('second queue')
  const other = await seed.queue(second)
  const [a = '', b = ''] = tasks
  await signedIn.goto(`/queues/${queue}`)
  const menuOf = (place: number) =>
    signedIn.locator(`li[data-place="${place}"]`).getByRole('button', { name: /^More actions/ })

  await menuOf(0).click()
  await signedIn.getByRole('menuitem', { name: `Move to ${second}` }).click()
  await expect.poll(() => seed.waiting(other)).toEqual([a])
  await expect.poll(() => shown(signedIn)).toEqual([b])
  await signedIn.getByRole('button', { name: 'Undo' }).click()
  await expect.poll(() => seed.waiting(queue)).toEqual([b, a])
  expect(await seed.waiting(other)).toEqual([])

  await menuOf(0).click()
  await signedIn.getByRole('menuitem', { name: 'Take out of the queue' }).click()
  await expect.poll(() => seed.waiting(queue)).toEqual([a])
})

test('queues are made, renamed and deleted with what that means', async ({ signedIn, seed }) => {
  const made = unique('made by a test')
  const renamed = unique('renamed by a test')
  await signedIn.goto('/queues')
  await signedIn.getByRole('button', { name: 'New queue' }).click()
  const dialog = signedIn.getByRole('dialog')
  await dialog.getByLabel('Name').fill(made)
  await dialog.getByRole('button', { name: 'Create queue' }).click()
  await expect(signedIn.getByRole('link', { name: made })).toBeVisible()

  await signedIn.getByRole('button', { name: `More actions for ${made}` }).click()
  await signedIn.getByRole('menuitem', { name: 'Rename' }).click()
  await dialog.getByLabel('Name').fill(renamed)
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(signedIn.getByRole('link', { name: renamed })).toBeVisible()

  const deleted = unique('to be deleted')
  const { queue } = await filled(seed, deleted, 2)
  await signedIn.goto(`/queues/${queue}`)
  await signedIn.getByRole('button', { name: `More actions for ${deleted}`, exact: true }).click()
  await signedIn.getByRole('menuitem', { name: 'Delete' }).click()
  await expect(dialog).toContainText('2 tasks that wait in it will not run')
  await dialog.getByRole('button', { name: 'Delete queue' }).click()
  await expect(signedIn).toHaveURL(/\/queues$/)
  await expect(signedIn.getByRole('link', { name: renamed })).toBeVisible()
  await expect(signedIn.getByRole('link', { name: deleted })).toHaveCount(0)
})

test('workers tell what they run and where they listen', async ({ signedIn, seed }) => {
  const listened = unique('listened to')
  const [busy, free] = [unique('machine-1'), unique('machine-2')]
  const queue = await seed.queue(listened)
  const project = await seed.project('Workers')
  const task = await seed.task({ name: 'on a machine', project })
  await seed.started(task)
  await seed.worker(busy, [queue], task)
  await seed.worker(free, [queue])

  await signedIn.goto('/workers')
  const row = (name: string) =>
    signedIn.getByRole('row').filter({ has: signedIn.getByRole('link', { name, exact: true }) })
  await expect(row(busy)).toContainText('on a machine')
  await expect(row(free)).toContainText('idle')
  await row(free).getByRole('link', { name: listened }).click()
  const listeners = signedIn.getByRole('region', { name: 'Workers' })
  await expect(listeners.getByRole('listitem').filter({ hasText: busy })).toContainText(
    'runs a task',
  )
  await expect(listeners.getByRole('listitem').filter({ hasText: free })).toContainText('idle')
  await listeners.getByRole('link', { name: free }).click()
  await expect(signedIn).toHaveURL(/\/workers\?worker=machine-2/)
  await expect(signedIn.getByRole('region', { name: `Use of ${free}` })).toBeVisible()
})

test('a queue is cleared after a question that says what happens', async ({ signedIn, seed }) => {
  const cleared = unique('to be cleared')
  const { queue } = await filled(seed, cleared, 2)
  await signedIn.goto('/queues')
  const row = signedIn.getByRole('row').filter({ hasText: cleared })
  await row.getByRole('button', { name: 'More actions' }).click()
  await signedIn.getByRole('menuitem', { name: 'Clear' }).click()
  const dialog = signedIn.getByRole('dialog')
  await expect(dialog).toContainText('2 tasks that wait in it will not run')
  await dialog.getByRole('button', { name: 'Clear queue' }).click()
  await expect(signedIn.getByText(`2 tasks left ${cleared}`, { exact: true })).toBeVisible()
  expect(await seed.waiting(queue)).toEqual([])
  await row.getByRole('button', { name: 'More actions' }).click()
  await expect(signedIn.getByRole('menuitem', { name: 'Clear' })).toBeDisabled()
})
