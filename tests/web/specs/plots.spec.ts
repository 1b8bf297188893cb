import type { Page } from '@playwright/test'
import { expect, test } from '../support/fixtures.ts'

const figure = (page: Page, name: string) => page.getByRole('figure', { name, exact: true }).first()

/** Plotly is large: the first figure of a browser takes its time on a busy machine. */
const FIRST_FIGURE = { timeout: 60_000 }

const line = (y: number[]) => ({
  data: [{ type: 'scatter', mode: 'lines', y }],
  layout: { title: 'as older versions wrote it', xaxis: { title: 'x' } },
})

const table = {
  data: [
    {
      type: 'table',
      header: { values: [['class'], ['precision']] },
      cells: {
        values: [
          ['cat', 'dog'],
          [0.5, 0.75],
        ],
      },
    },
  ],
  layout: {},
}

test('figures are drawn, tables are tables, and what is neither says so', async ({
  signedIn,
  seed,
}) => {
  test.setTimeout(240_000)
  const task = await seed.task({ name: 'plotted', project: await seed.project('Plots/Kinds') })
  await seed.started(task)
  await seed.plot(task, 'curve', 'train', 0, line([1, 2, 3]))
  await seed.plot(task, 'results', 'table', 0, table)
  await seed.plot(task, 'odd', 'one', 0, [])
  await signedIn.goto(`/tasks/${task}/plots`)

  await expect(figure(signedIn, 'curve · train').locator('.scatterlayer .trace')).toHaveCount(
    1,
    FIRST_FIGURE,
  )
  await expect(figure(signedIn, 'curve · train').getByText('x', { exact: true })).toBeVisible()
  const rows = figure(signedIn, 'results · table').getByRole('row')
  await expect(rows).toHaveText(['classprecision', 'cat0.5', 'dog0.75'])
  await expect(figure(signedIn, 'odd · one')).toContainText('This plot cannot be shown.')

  await signedIn.getByRole('searchbox', { name: 'Filter plots' }).fill('curve')
  await expect(signedIn.getByRole('figure')).toHaveCount(1)
  await expect(signedIn).toHaveURL(/metric=curve/)
})

test('a plot is enlarged and shown at its other iterations; the address tells which', async ({
  signedIn,
  seed,
}) => {
  const task = await seed.task({ name: 'stepped', project: await seed.project('Plots/Steps') })
  await seed.started(task)
  for (const iter of [0, 10, 20]) await seed.plot(task, 'curve', '', iter, line([iter, 1]))
  await seed.plot(task, 'other', '', 5, line([1, 0]))
  await signedIn.goto(`/tasks/${task}/plots`)
  await signedIn.getByRole('button', { name: 'Enlarge curve' }).click()
  const viewer = signedIn.getByRole('dialog', { name: 'curve' })
  await expect(viewer.getByRole('figure')).toContainText('iteration 20')
  await viewer.getByRole('slider', { name: 'Iterations' }).fill('12')
  await expect(viewer.getByRole('figure')).toContainText('iteration 10')
  await expect(signedIn).toHaveURL(/plot=curve&iter=12/)
  await signedIn.reload()
  await expect(viewer.getByRole('figure')).toContainText('iteration 10')
  await viewer.getByRole('button', { name: 'Next plot' }).click()
  await expect(signedIn.getByRole('dialog', { name: 'other' })).toContainText('iteration 5')
  await signedIn.keyboard.press('Escape')
  await expect(signedIn).toHaveURL(/\/plots$/)
})

test('new plots appear while the task runs', async ({ signedIn, seed }) => {
  const task = await seed.task({ name: 'plotting', project: await seed.project('Plots/Live') })
  await seed.started(task)
  await signedIn.goto(`/tasks/${task}/plots`)
  await expect(signedIn.getByText('No plot has been reported yet.')).toBeVisible()
  await seed.plot(task, 'curve', '', 3, line([1, 2]))
  await expect(figure(signedIn, 'curve')).toContainText('iteration 3')
})
