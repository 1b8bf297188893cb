import { mkdir, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type Browser, type Page, test } from '@playwright/test'
import { signIn } from '../support/fixtures.ts'
import { startServer } from '../support/server.ts'
import { type Filled, fill } from './fill.ts'

const PLACE = resolve(import.meta.dirname, '../../../docs/images/pages')

/** Fully drawn, whatever the page: its words, then its pictures, and no skeleton left. */
async function drawn(page: Page): Promise<void> {
  await page.locator('main').first().waitFor()
  await page.locator('[role=status].animate-appear').first().waitFor({ state: 'hidden' })
  await page.waitForTimeout(1_500)
}

interface Shot {
  name: string
  path: string
  /** What is done before the picture is taken. */
  prepare?: (page: Page) => Promise<void>
}

function shots(at: Filled): Shot[] {
  const tab = (task: string, name: string): Shot => ({ name, path: `/tasks/${task}/${name}` })
  return [
    { name: 'home', path: '/' },
    { name: 'welcome', path: '/welcome' },
    { name: 'projects', path: '/projects' },
    { name: 'projects-tree', path: '/projects?view=tree' },
    { name: 'project', path: `/projects/${at.project}/overview` },
    { name: 'tasks', path: '/tasks' },
    {
      name: 'tasks-filter',
      path: `/tasks?project=${at.project}&tags=-sweep`,
      prepare: (page) => page.getByRole('button', { name: /^tag/ }).click(),
    },
    { name: 'tasks-groups', path: `/tasks?project=${at.project}&group=status` },
    { name: 'tasks-beside', path: `/tasks?project=${at.project}&beside=${at.running}` },
    tab(at.running, 'overview'),
    tab(at.scalars, 'scalars'),
    tab(at.plots, 'plots'),
    tab(at.samples, 'samples'),
    tab(at.console, 'console'),
    tab(at.configuration, 'configuration'),
    tab(at.artifacts, 'artifacts'),
    tab(at.code, 'code'),
    tab(at.running, 'info'),
    {
      name: 'new-task',
      path: `/tasks?project=${at.project}`,
      prepare: (page) => page.getByRole('button', { name: 'New task' }).click(),
    },
    { name: 'workers', path: '/workers' },
    { name: 'queues', path: '/queues' },
    { name: 'queue', path: `/queues/${at.queue}` },
    { name: 'model', path: `/models/${at.model}` },
    { name: 'report', path: `/reports/${at.report}` },
    { name: 'gateway', path: '/gateway' },
    { name: 'gateway-apis', path: '/gateway/apis' },
    { name: 'profile', path: '/settings/profile' },
    { name: 'credentials', path: '/settings/credentials' },
    { name: 'appearance', path: '/settings/appearance' },
    { name: 'users', path: '/settings/users' },
    { name: 'storage', path: '/settings/storage' },
    {
      name: 'palette',
      path: '/projects',
      prepare: async (page) => {
        await page.keyboard.press('Control+k')
        const palette = page.getByRole('dialog')
        await palette.getByRole('combobox').fill('re')
        await palette.getByRole('group', { name: 'Tasks' }).waitFor()
      },
    },
    { name: 'keyboard', path: '/projects', prepare: (page) => page.keyboard.press('?') },
    { name: 'not-found', path: '/no/such/page' },
  ]
}

/** A picture small enough to be kept beside the text; the browser itself compresses it. */
async function keep(page: Page, name: string): Promise<void> {
  const png = (await page.screenshot()).toString('base64')
  const blank = await page.context().newPage()
  const webp = await blank.evaluate(async (data) => {
    const image = new Image()
    image.src = `data:image/png;base64,${data}`
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = image.width
    canvas.height = image.height
    canvas.getContext('2d')?.drawImage(image, 0, 0)
    return canvas.toDataURL('image/webp', 0.8).replace(/^[^,]*,/, '')
  }, png)
  await blank.close()
  await writeFile(resolve(PLACE, `${name}.webp`), Buffer.from(webp, 'base64'))
}

async function take(browser: Browser, url: string, filled: Filled, theme: 'dark' | 'light') {
  const context = await browser.newContext({
    baseURL: url,
    colorScheme: theme,
    reducedMotion: 'reduce',
    viewport: { width: 1280, height: 800 },
  })
  const page = await context.newPage()
  await page.goto('/login')
  await page.getByRole('button', { name: 'Sign in' }).waitFor()
  await keep(page, `sign-in-${theme}`)
  await signIn(page)
  const only = process.env.ONLY?.split(',')
  for (const { name, path, prepare } of shots(filled)) {
    if (only && !only.includes(name)) continue
    await page.goto(path)
    await drawn(page)
    await prepare?.(page)
    if (prepare) await page.waitForTimeout(500)
    await keep(page, `${name}-${theme}`)
  }
  await context.close()
}

test('every page in both themes', async ({ browser }) => {
  await mkdir(PLACE, { recursive: true })
  const server = await startServer()
  try {
    const filled = await fill(server)
    for (const theme of ['dark', 'light'] as const) {
      if (process.env.THEME && process.env.THEME !== theme) continue
      await take(browser, server.url, filled, theme)
    }
  } finally {
    await server.stop()
  }
})
