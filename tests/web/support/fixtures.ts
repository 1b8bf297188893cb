import { test as base, expect, type Page } from '@playwright/test'
import { Seed } from './seed.ts'
import { ADMIN, type Server, startServer } from './server.ts'

interface WorkerFixtures {
  /** One server for all tests that do not mind each other's tasks. */
  server: Server
  seed: Seed
}

interface TestFixtures {
  /** A new page that nobody is signed in to. Any error in it, or any blocked resource, fails the test. */
  visitor: Page
  /** A page of the administrator. */
  signedIn: Page
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: the runner reads the names of what a fixture needs
    async ({}, use) => {
      const server = await startServer()
      await use(server)
      await server.stop()
    },
    { scope: 'worker' },
  ],

  seed: [({ server }, use) => use(new Seed(server)), { scope: 'worker' }],

  baseURL: ({ server }, use) => use(server.url),

  visitor: async ({ page }, use) => {
    const problems = watch(page)
    await use(page)
    expect(problems).toEqual([])
  },

  signedIn: async ({ visitor }, use) => {
    await signIn(visitor)
    await use(visitor)
  },
})

export { expect }

/** Fills in the sign-in page and waits for what is behind it. */
export async function signIn(page: Page, password = ADMIN.password): Promise<void> {
  if (!page.url().includes('/login')) await page.goto('/login')
  await page.getByLabel('User name').fill(ADMIN.username)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  if (password === ADMIN.password) await page.getByRole('navigation', { name: 'Main' }).waitFor()
}

/** Errors of the page: exceptions, and what the content security policy refused. Refused calls are no errors. */
function watch(page: Page): string[] {
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(error.message))
  page.on('console', (message) => {
    const refusedCall = message.text().startsWith('Failed to load resource')
    if (message.type() === 'error' && !refusedCall) problems.push(message.text())
  })
  return problems
}

/** The row of the tasks table with this task's name. */
export function row(page: Page, name: string) {
  return page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) })
}

/** Names of the rows in view, from the top. */
export async function rowNames(page: Page): Promise<string[]> {
  const rows = page.locator('[role=row][data-index]')
  const placed = await rows.evaluateAll((elements) =>
    elements.map((element) => ({
      index: Number(element.getAttribute('data-index')),
      name: element.querySelector('a')?.textContent ?? '',
    })),
  )
  return placed.sort((a, b) => a.index - b.index).map(({ name }) => name)
}
