import type { Page } from '@playwright/test'
import { expect, signIn, test } from '../support/fixtures.ts'
import { Seed } from '../support/seed.ts'
import { type Server, startServer } from '../support/server.ts'

/** A server of its own, because the choice is kept for the administrator of all tests. */
async function alone(use: (server: Server) => Promise<void>): Promise<void> {
  const server = await startServer()
  try {
    await use(server)
  } finally {
    await server.stop()
  }
}

/** Controls whose words do not fit them, and whether the page is wider than the window. */
function overflowing(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const wide = document.documentElement.scrollWidth > document.documentElement.clientWidth
    const controls = document.querySelectorAll('button, nav a, label, [role=tab], th, h1, h2')
    const spilt = [...controls].filter((each) => {
      const hidden = getComputedStyle(each).overflowX !== 'visible' || each.clientWidth === 0
      return !hidden && each.scrollWidth > each.clientWidth + 1
    })
    return [...(wide ? ['the page'] : []), ...spilt.map((each) => each.outerHTML.slice(0, 200))]
  })
}

test('a language is chosen, kept on the server, and spoken by numbers and dates too', async ({
  visitor,
}) => {
  await alone(async (server) => {
    const seed = new Seed(server)
    const project = await seed.project('Sprachen')
    const task = await seed.task({ name: 'first', project })
    await seed.task({ name: 'second', project })
    await seed.started(task)
    await seed.scalars(task, [{ metric: 'loss', variant: 'train', iter: 0, value: 0.25 }])

    await visitor.goto(`${server.url}/login`)
    await signIn(visitor)
    await visitor.goto(`${server.url}/settings/appearance`)
    const saved = visitor.waitForResponse(/users\.set_preferences/)
    await visitor.getByLabel('Language').selectOption('Русский')
    await expect(visitor.getByRole('heading', { name: 'Внешний вид' })).toBeVisible()
    await expect(visitor.locator('html')).toHaveAttribute('lang', 'ru')
    await saved

    // The server knows the choice, whatever this browser remembers.
    await visitor.evaluate(() => localStorage.clear())
    await visitor.goto(`${server.url}/tasks?project=${project}`)
    await expect(visitor.getByText('2 задачи', { exact: true })).toBeVisible()
    await expect(visitor.getByText('выполняется')).toBeVisible()
    await expect(visitor.getByText('loss train 0,25')).toBeVisible()
    await visitor.goto(`${server.url}/tasks/${task}/info`)
    const today = new Date().toLocaleDateString('ru')
    await expect(visitor.getByText(today).first()).toBeVisible()

    await visitor.goto(`${server.url}/settings/appearance`)
    await visitor.getByLabel('Язык').selectOption('Italiano')
    await expect(visitor.getByRole('heading', { name: 'Aspetto' })).toBeVisible()
    await visitor.getByLabel('Lingua').selectOption('Come il browser')
    await expect(visitor.getByRole('heading', { name: 'Appearance' })).toBeVisible()
  })
})

test.describe('a browser that asks for Italian', () => {
  test.use({ locale: 'it-IT' })

  test('gets Italian before one signs in', async ({ visitor }) => {
    await visitor.goto('/login')
    await expect(visitor.getByLabel('Nome utente')).toBeVisible()
    await expect(visitor.getByRole('button', { name: 'Accedi' })).toBeVisible()
  })
})

for (const language of ['en', 'it', 'ru']) {
  test(`the words of ${language} fit their places`, async ({ visitor }) => {
    await alone(async (server) => {
      const seed = new Seed(server)
      const project = await seed.project('Long words')
      const task = await seed.task({ name: 'in every language', project })
      await seed.started(task)
      await seed.scalars(task, [{ metric: 'loss', variant: 'train', iter: 0, value: 0.25 }])
      const queue = await seed.queue('waiting here')
      await seed.enqueued(await seed.task({ name: 'waits', project }), queue)
      await visitor.goto(`${server.url}/login`)
      await signIn(visitor)
      const spoken = visitor.waitForResponse(/users\.set_preferences/)
      await visitor.goto(`${server.url}/settings/appearance`)
      await visitor.getByLabel('Language').selectOption(language)
      await spoken
      await expect(visitor.locator('html')).toHaveAttribute('lang', language)
      for (const width of [1280, 820]) {
        await visitor.setViewportSize({ width, height: 800 })
        for (const path of [
          '/',
          '/welcome',
          '/projects',
          `/projects/${project}/overview`,
          `/tasks?status=-failed,-aborted&tags=-a,-b`,
          `/tasks/${task}/overview`,
          `/tasks/${task}/scalars`,
          `/tasks/${task}/console`,
          `/tasks/${task}/configuration`,
          `/tasks/${task}/code`,
          '/workers',
          '/queues',
          `/queues/${queue}`,
          '/gateway',
          '/settings/credentials',
          '/settings/users',
          '/settings/storage',
          '/no/such/page',
        ]) {
          await visitor.goto(`${server.url}${path}`)
          await expect(visitor.locator('main')).toBeVisible()
          await expect(visitor.locator('[role=status].animate-appear')).toHaveCount(0)
          expect(await overflowing(visitor), `${path} at ${width}`).toEqual([])
        }
      }
    })
  })
}
