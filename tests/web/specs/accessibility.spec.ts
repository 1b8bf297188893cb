import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from '@playwright/test'
import type { AxeResults } from 'axe-core'
import { expect, row, test } from '../support/fixtures.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Serious and critical findings, each with the first element it concerns. */
async function findings(page: Page): Promise<string[]> {
  await page.evaluate(AXE)
  const { violations } = await page.evaluate(() =>
    (window as unknown as { axe: { run: () => Promise<AxeResults> } }).axe.run(),
  )
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`)
}

/** What appears on a tab after its words. */
const DRAWINGS: Record<string, string> = {
  scalars: 'figure canvas',
  plots: '.js-plotly-plot .main-svg',
  samples: 'main img',
  artifacts: 'text=some notes',
}

for (const colorScheme of ['dark', 'light'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme })

    test('axe finds nothing serious on the pages of tasks and the sign-in', async ({
      signedIn,
      seed,
    }) => {
      test.setTimeout(240_000)
      const project = await seed.project(`Accessible/${colorScheme}`)
      const task = await seed.task({
        name: 'seen by all',
        project,
        tags: ['tag'],
        parameters: { lr: '0.003' },
      })
      await seed.started(task)
      await seed.log(task, [
        {
          msg: '\u001b[31mred \u001b[32mgreen \u001b[33myellow \u001b[34mblue \u001b[35mpink \u001b[36mcyan\u001b[0m',
        },
        { level: 'error', msg: 'an error' },
        { level: 'warning', msg: 'a warning' },
      ])
      await seed.scalars(task, [
        { metric: 'loss', variant: 'train', iter: 0, value: 1 },
        { metric: 'loss', variant: 'train', iter: 1, value: 0.5 },
      ])
      await seed.singleValue(task, 'AUC', 0.9)
      const figure = { data: [{ type: 'bar', y: [1, 2] }], layout: {} }
      await seed.plot(task, 'bars', '', 0, figure)
      const content = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
      await seed.sample(task, 'images', 'input', 0, { name: 'image.svg', content })
      const uri = await seed.file(`${task}/notes.txt`, 'some notes')
      await seed.artifact(task, { key: 'notes', type: 'custom', uri })
      await seed.call('tasks.update', { task, comment: 'out of here' })
      const failed = await seed.task({ name: 'failed one', project })
      await seed.started(failed)
      await seed.failed(failed)

      await expect(signedIn.locator('html')).toHaveAttribute('data-theme', colorScheme)
      await signedIn.goto(`/tasks?project=${project}&status=running,failed`)
      await expect(row(signedIn, 'seen by all')).toContainText('loss')
      expect(await findings(signedIn)).toEqual([])

      await signedIn.getByRole('button', { name: /^status:/ }).click()
      expect(await findings(signedIn)).toEqual([])
      await signedIn.keyboard.press('Escape')

      await signedIn.keyboard.press('?')
      await expect(signedIn.getByRole('dialog', { name: 'Keyboard' })).toBeVisible()
      expect(await findings(signedIn)).toEqual([])
      await signedIn.keyboard.press('Escape')

      for (const [tab, sign] of [
        ['console', 'an error'],
        ['scalars', 'AUC'],
        ['overview', 'an error'],
        ['plots', 'iteration 0'],
        ['samples', 'iteration 0'],
        ['configuration', '0.003'],
        ['code', 'Repository'],
        ['artifacts', 'notes'],
        ['info', 'out of here'],
      ] as const) {
        await signedIn.goto(`/tasks/${task}/${tab}`)
        await expect(signedIn.getByText(sign).first()).toBeVisible()
        // What is drawn later is looked at too.
        const drawing = DRAWINGS[tab]
        if (drawing) await expect(signedIn.locator(drawing).first()).toBeVisible()
        expect(await findings(signedIn), tab).toEqual([])
      }

      await signedIn.context().clearCookies()
      await signedIn.goto('/login')
      await expect(signedIn.getByRole('button', { name: 'Sign in' })).toBeVisible()
      expect(await findings(signedIn)).toEqual([])
    })

    test('axe finds nothing serious on home, projects, workers and queues', async ({
      signedIn,
      seed,
    }) => {
      const project = await seed.project(
        `Accessible work/${colorScheme}`,
        '# Title\n\n[link](https://example.org) `code`',
      )
      const task = await seed.task({ name: 'at work', project })
      await seed.started(task)
      await seed.scalars(task, [{ metric: 'loss', variant: 'train', iter: 0, value: 1 }])
      const queue = await seed.queue(`accessible ${colorScheme}`)
      await seed.enqueued(await seed.task({ name: 'waits', project }), queue)
      await seed.worker(`machine ${colorScheme}`, [queue], task)
      const { id: model } = await seed.call<{ id: string }>('models.create', {
        name: 'a model',
        uri: 'file:///model.pt',
        project,
        labels: { cat: 1 },
      })
      const { id: report } = await seed.call<{ id: string }>('reports.create', {
        name: `A report in the ${colorScheme}`,
        project,
      })
      await seed.call('reports.update', { task: report, report: '## Found\n\nIt `works`.' })
      for (const [path, sign] of [
        ['/', 'Running now'],
        [`/models/${model}`, 'file:///model.pt'],
        [`/reports/${report}`, 'Found'],
        [`/projects/${project}/projects`, 'There is no project below this one.'],
        ['/gateway', 'Task templates'],
        ['/gateway/apis', 'A template or endpoint offered under rules'],
        ['/gateway/calls', 'Nothing was called in this time.'],
        ['/gateway/consumption', 'By caller and API'],
        ['/no/such/page', 'There is no page at this address.'],
        ['/welcome', 'Let your machine in'],
        ['/projects', 'Accessible'],
        ['/projects?view=tree', 'Accessible'],
        [`/projects/${project}/overview`, 'Metric snapshot'],
        ['/workers', `machine ${colorScheme}`],
        ['/queues', `accessible ${colorScheme}`],
        [`/queues/${queue}`, 'Drag a row'],
      ] as const) {
        await signedIn.goto(path)
        await expect(signedIn.getByText(sign).first()).toBeVisible()
        if (sign === 'Metric snapshot') {
          await expect(signedIn.getByRole('link', { name: 'at work 1' })).toBeVisible()
        }
        expect(await findings(signedIn), path).toEqual([])
      }
    })

    test('axe finds nothing serious on settings and overlays', async ({ signedIn }) => {
      for (const [path, sign] of [
        ['/settings/profile', 'About this server'],
        ['/settings/credentials', 'Last used'],
        ['/settings/appearance', 'As the system'],
        ['/settings/users', 'Who may sign in here'],
        ['/settings/storage', 'Amazon S3'],
      ] as const) {
        await signedIn.goto(path)
        await expect(signedIn.getByText(sign).first()).toBeVisible()
        expect(await findings(signedIn), path).toEqual([])
      }
      await signedIn.goto('/settings/users')
      await signedIn.getByRole('button', { name: 'New user' }).click()
      expect(await findings(signedIn), 'new user').toEqual([])
      await signedIn.keyboard.press('Escape')
      await signedIn.goto('/tasks?tags=-left')
      await signedIn.getByRole('button', { name: 'tag: not left' }).click()
      await expect(signedIn.getByRole('menuitemcheckbox', { name: 'left left out' })).toBeVisible()
      expect(await findings(signedIn), 'filter').toEqual([])
      await signedIn.keyboard.press('Escape')
      await signedIn.keyboard.press('Control+k')
      await expect(signedIn.getByRole('option').first()).toBeVisible()
      expect(await findings(signedIn), 'palette').toEqual([])
      await signedIn.keyboard.press('Escape')
      await signedIn.goto('/projects')
      await signedIn.getByRole('button', { name: 'New project' }).click()
      expect(await findings(signedIn), 'form').toEqual([])
      await signedIn.goto('/tasks')
      await signedIn.getByRole('button', { name: 'New task' }).click()
      await expect(signedIn.getByLabel('Script text')).toBeVisible()
      expect(await findings(signedIn), 'new task').toEqual([])
    })
  })
}

test('the theme follows the system until one chooses, and then stays', async ({ signedIn }) => {
  await signedIn.emulateMedia({ colorScheme: 'light' })
  await signedIn.reload()
  const html = signedIn.locator('html')
  await expect(html).toHaveAttribute('data-theme', 'light')
  await signedIn.getByRole('navigation', { name: 'Main' }).waitFor()
  await signedIn.keyboard.press('t')
  await expect(html).toHaveAttribute('data-theme', 'dark')

  await signedIn.goto('/settings/appearance')
  await expect(html).toHaveAttribute('data-theme', 'dark')
  await expect(signedIn.getByRole('radio', { name: 'Dark' })).toBeChecked()
  // The server knows the choice, whatever this browser remembers.
  await signedIn.evaluate(() => localStorage.clear())
  await signedIn.reload()
  await expect(html).toHaveAttribute('data-theme', 'dark')

  const saved = signedIn.waitForResponse(/users\.set_preferences/)
  await signedIn.getByRole('radio', { name: 'As the system' }).click()
  await expect(html).toHaveAttribute('data-theme', 'light')
  await saved
})
