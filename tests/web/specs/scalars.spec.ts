import type { Page } from '@playwright/test'
import { expect, test } from '../support/fixtures.ts'
import type { Point } from '../support/seed.ts'

function curve(metric: string, variant: string, count: number): Point[] {
  return Array.from({ length: count }, (_, iter) => ({
    metric,
    variant,
    iter,
    value: 1 / (iter + 1),
  }))
}

const chart = (page: Page, metric: string) =>
  page.getByRole('figure', { name: metric, exact: true })

/** True once the chart's canvas holds a drawing. */
async function drawn(page: Page, metric: string): Promise<boolean> {
  return await chart(page, metric)
    .locator('canvas')
    .evaluate((canvas: HTMLCanvasElement) => {
      const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data
      return pixels?.some((part) => part !== 0) ?? false
    })
}

test('charts by metric with every point, and single values as a table', async ({
  signedIn,
  seed,
}) => {
  const task = await seed.task({ name: 'charts', project: await seed.project('Scalars/Charts') })
  await seed.started(task)
  await seed.scalars(task, [
    ...curve('loss', 'train', 60),
    ...curve('loss', 'val', 20),
    { metric: 'accuracy', variant: 'val', iter: 3, value: 0.75 },
    { metric: 'accuracy', variant: 'val', iter: 4, value: Number.NaN },
  ])
  await seed.singleValue(task, 'AUC', 0.931249)
  await seed.completed(task)

  await signedIn.goto(`/tasks/${task}/scalars`)
  await expect(chart(signedIn, 'loss')).toContainText('80 points')
  await expect(chart(signedIn, 'loss').getByRole('button')).toHaveText([
    /^train\s*0\.01667$/,
    /^val\s*0\.05$/,
  ])
  await expect.poll(() => drawn(signedIn, 'loss')).toBe(true)
  await expect(signedIn.getByRole('figure')).toHaveCount(2)
  await expect(signedIn.getByRole('row', { name: 'AUC 0.9312' })).toBeVisible()
})

test('more values than points is said', async ({ signedIn, seed }) => {
  const task = await seed.task({ name: 'many', project: await seed.project('Scalars/Many') })
  await seed.started(task)
  await seed.scalars(task, curve('loss', 'train', 5_000))
  await seed.completed(task)
  await signedIn.goto(`/tasks/${task}/scalars`)
  await expect(chart(signedIn, 'loss')).toContainText('1,000 of 5,000')
})

test('axis, smoothing, scale and hidden series are in the address', async ({ signedIn, seed }) => {
  const task = await seed.task({ name: 'looks', project: await seed.project('Scalars/Looks') })
  await seed.started(task)
  await seed.scalars(task, [...curve('loss', 'train', 10), ...curve('other', 'train', 10)])
  await seed.completed(task)
  await signedIn.goto(`/tasks/${task}/scalars`)
  await signedIn.getByLabel('Smoothing').fill('0.6')
  await signedIn.getByRole('button', { name: 'Log' }).click()
  await signedIn.getByText('Time', { exact: true }).click()
  await chart(signedIn, 'loss')
    .getByRole('button', { name: /^train/ })
    .click()
  await expect(signedIn).toHaveURL(/hide=train/)
  const search = new URL(signedIn.url()).searchParams
  expect(Object.fromEntries(search)).toEqual({ smooth: '0.6', log: '1', x: 'time', hide: 'train' })

  await signedIn.reload()
  const hidden = chart(signedIn, 'other').getByRole('button', { name: /^train/ })
  await expect(hidden).toHaveAttribute('aria-pressed', 'false')
  await expect(signedIn.getByLabel('Smoothing')).toHaveValue('0.6')
  await expect(signedIn.getByLabel('Time')).toBeChecked()
  await expect(signedIn.getByRole('button', { name: 'Log' })).toHaveAttribute(
    'aria-pressed',
    'true',
  )
})

test('dragging zooms all charts, and the range is in the address', async ({ signedIn, seed }) => {
  const task = await seed.task({ name: 'zoom', project: await seed.project('Scalars/Zoom') })
  await seed.started(task)
  await seed.scalars(task, curve('loss', 'train', 100))
  await seed.completed(task)
  await signedIn.goto(`/tasks/${task}/scalars`)
  const over = chart(signedIn, 'loss').locator('.u-over')
  await over.hover({ position: { x: 50, y: 40 } })
  await signedIn.mouse.down()
  const box = await over.boundingBox()
  if (!box) throw new Error('the chart has no place')
  await signedIn.mouse.move(box.x + 150, box.y + 40, { steps: 5 })
  await signedIn.mouse.up()
  await expect(signedIn).toHaveURL(/zoom=[\d.]+:[\d.]+/)
  await signedIn.getByRole('button', { name: 'Whole range' }).click()
  await expect(signedIn).toHaveURL(/scalars$/)
})

test('new points appear while the task runs', async ({ signedIn, seed }) => {
  const task = await seed.task({ name: 'growing', project: await seed.project('Scalars/Growing') })
  await seed.started(task)
  await signedIn.goto(`/tasks/${task}/scalars`)
  await expect(signedIn.getByText('No scalar has been reported yet.')).toBeVisible()
  await seed.scalars(task, curve('loss', 'train', 3))
  await expect(chart(signedIn, 'loss')).toContainText('3 points')
  await seed.scalars(task, curve('loss', 'train', 7).slice(3))
  await expect(chart(signedIn, 'loss')).toContainText('7 points')
})
