import { readFile } from 'node:fs/promises'
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

const series = (page: Page, metric: string) =>
  chart(page, metric).getByRole('list', { name: 'Series' }).locator('[aria-pressed]')

/** True once the chart's canvas holds a drawing. */
async function drawn(page: Page, metric: string): Promise<boolean> {
  return await chart(page, metric)
    .locator('canvas')
    .evaluate((canvas: HTMLCanvasElement) => {
      const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data
      return pixels?.some((part) => part !== 0) ?? false
    })
}

/** Of the drawing's left half: the mean colour of its lines, and how many rows of pixels they reach over. */
async function ink(page: Page, metric: string): Promise<{ color: string; rows: number }> {
  return await chart(page, metric)
    .locator('canvas')
    .evaluate((canvas: HTMLCanvasElement) => {
      const { width, height } = canvas
      const pixels = canvas.getContext('2d')?.getImageData(0, 0, width / 2, height).data ?? []
      const sum = [0, 0, 0]
      const rows = new Set<number>()
      let count = 0
      for (let at = 0; at < pixels.length; at += 4) {
        const rgb = [...pixels.slice(at, at + 3)]
        // Axes, grid and labels are grey.
        if (pixels[at + 3] !== 255 || Math.max(...rgb) - Math.min(...rgb) < 80) continue
        for (const [part, value] of rgb.entries()) sum[part] = (sum[part] ?? 0) + value
        rows.add(Math.floor(at / 4 / (width / 2)))
        count += 1
      }
      return { color: sum.map((part) => Math.round(part / count)).join(' '), rows: rows.size }
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
  await expect(series(signedIn, 'loss')).toHaveText([/^train\s*0\.01667$/, /^val\s*0\.05$/])
  await expect.poll(() => drawn(signedIn, 'loss')).toBe(true)
  await expect(signedIn.getByRole('figure')).toHaveCount(2)
  await expect(signedIn.getByRole('row', { name: 'AUC 0.9312' })).toBeVisible()
})

test('more values than points is said, and the band shows the peaks that averaging hides', async ({
  signedIn,
  seed,
}) => {
  const task = await seed.task({ name: 'many', project: await seed.project('Scalars/Many') })
  await seed.started(task)
  const peak = { metric: 'loss', variant: 'train', iter: 2_501, value: 500 }
  await seed.scalars(task, [
    ...curve('loss', 'train', 2_501),
    peak,
    ...curve('loss', 'train', 5_000).slice(2_502),
  ])
  await seed.completed(task)
  const detail = signedIn.waitForResponse(
    (response) => response.request().postDataJSON()?.extremes === true,
  )
  await signedIn.goto(`/tasks/${task}/scalars`)
  await expect(chart(signedIn, 'loss')).toContainText('500 of 5,000')
  const { max } = (await (await detail).json()).data.loss.train
  expect(Math.max(...max)).toBe(500)
})

test('axis, smoothing, scale and hidden series are in the address', async ({ signedIn, seed }) => {
  const task = await seed.task({ name: 'looks', project: await seed.project('Scalars/Looks') })
  await seed.started(task)
  await seed.scalars(task, [...curve('loss', 'train', 10), ...curve('other', 'train', 10)])
  await seed.completed(task)
  await signedIn.goto(`/tasks/${task}/scalars`)
  await signedIn.getByLabel('Smoothing').selectOption('Gaussian')
  await signedIn.getByLabel('Amount of smoothing').fill('4.5')
  await signedIn.getByRole('button', { name: 'Originals' }).click()
  await signedIn.getByRole('button', { name: 'Log' }).click()
  await signedIn.getByText('Relative', { exact: true }).click()
  await series(signedIn, 'loss').click()
  await expect(signedIn).toHaveURL(/hide=train/)
  const search = new URL(signedIn.url()).searchParams
  const state = { smooth: 'gaussian:4.5', raw: '0', log: '1', x: 'time', hide: 'train' }
  expect(Object.fromEntries(search)).toEqual(state)

  await signedIn.reload()
  await expect(series(signedIn, 'other')).toHaveAttribute('aria-pressed', 'false')
  await expect(signedIn.getByLabel('Amount of smoothing')).toHaveValue('4.5')
  await expect(signedIn.getByLabel('Relative')).toBeChecked()
  await expect(signedIn.getByRole('button', { name: 'Log' })).toHaveAttribute(
    'aria-pressed',
    'true',
  )
})

test('one value far from the others does not flatten the rest', async ({ signedIn, seed }) => {
  const task = await seed.task({ name: 'far', project: await seed.project('Scalars/Far') })
  await seed.started(task)
  const last = { metric: 'loss', variant: 'train', iter: 60, value: 1_000_000 }
  await seed.scalars(task, [...curve('loss', 'train', 60), last])
  await seed.completed(task)
  await signedIn.goto(`/tasks/${task}/scalars`)
  await expect.poll(() => drawn(signedIn, 'loss')).toBe(true)
  expect((await ink(signedIn, 'loss')).rows).toBeLessThan(10)

  await signedIn.getByRole('button', { name: 'Ignore outliers' }).click()
  await expect(signedIn).toHaveURL(/outliers=0/)
  await expect.poll(async () => (await ink(signedIn, 'loss')).rows).toBeGreaterThan(40)
  await signedIn.reload()
  await expect.poll(() => drawn(signedIn, 'loss')).toBe(true)
  expect((await ink(signedIn, 'loss')).rows).toBeGreaterThan(40)
})

test('a chosen colour is that of the series in all charts, and stays', async ({
  signedIn,
  seed,
}) => {
  const task = await seed.task({ name: 'colours', project: await seed.project('Scalars/Colours') })
  await seed.started(task)
  await seed.scalars(task, [...curve('loss', 'a.series, 50 %', 60)])
  await seed.scalars(task, [...curve('other', 'a.series, 50 %', 60)])
  await seed.completed(task)
  await signedIn.goto(`/tasks/${task}/scalars`)
  await expect.poll(() => drawn(signedIn, 'loss')).toBe(true)
  const before = (await ink(signedIn, 'loss')).color
  const swatch = (metric: string) =>
    chart(signedIn, metric).getByRole('button', { name: 'Colour of a.series, 50 %' })
  const line = (metric: string) => swatch(metric).locator('path')
  const own = await line('loss').getAttribute('stroke')
  const other = own === 'var(--series-3)' ? 'Colour 8' : 'Colour 4'
  const chosen = own === 'var(--series-3)' ? 'var(--series-7)' : 'var(--series-3)'

  const saved = signedIn.waitForResponse(/users.set_preferences/)
  await swatch('loss').click()
  await signedIn.getByRole('button', { name: other, exact: true }).click()
  await expect(line('loss')).toHaveAttribute('stroke', chosen)
  await expect(line('other')).toHaveAttribute('stroke', chosen)
  await expect.poll(async () => (await ink(signedIn, 'loss')).color).not.toBe(before)
  await saved

  await signedIn.reload()
  await expect(line('loss')).toHaveAttribute('stroke', chosen)
  await swatch('other').click()
  await signedIn.getByRole('button', { name: 'Colour made of the name' }).click()
  await expect(line('loss')).toHaveAttribute('stroke', String(own))
  await expect.poll(async () => (await ink(signedIn, 'loss')).color).toBe(before)
})

test('charts of each series, hidden ones, and one alone', async ({ signedIn, seed }) => {
  const task = await seed.task({ name: 'apart', project: await seed.project('Scalars/Apart') })
  await seed.started(task)
  await seed.scalars(task, [...curve('loss', 'train', 5), ...curve('loss', 'val', 5)])
  await seed.completed(task)
  await signedIn.goto(`/tasks/${task}/scalars`)
  await expect(signedIn.getByRole('figure')).toHaveCount(1)
  await signedIn.getByLabel('Charts', { exact: true }).last().selectOption('One for each series')
  await expect(signedIn.getByRole('figure')).toHaveCount(2)

  await signedIn.getByRole('button', { name: 'List of metrics' }).click()
  await signedIn.getByRole('button', { name: 'Hide the chart loss val' }).click()
  await expect(chart(signedIn, 'loss val')).toHaveCount(0)
  await signedIn.getByRole('button', { name: 'Hide the chart loss train' }).click()
  await expect(signedIn.getByText('All charts are hidden.')).toBeVisible()
  await signedIn.getByRole('navigation', { name: 'List' }).getByText('Show all').click()
  await expect(signedIn.getByRole('figure')).toHaveCount(2)

  await chart(signedIn, 'loss train').getByRole('button', { name: 'Enlarge loss train' }).click()
  const alone = signedIn.getByRole('dialog', { name: 'loss train' })
  await expect(alone.getByRole('figure')).toContainText('5 points')
  await signedIn.reload()
  await expect(alone.getByRole('figure')).toContainText('5 points')
  await signedIn.keyboard.press('Escape')
  await expect(alone).toHaveCount(0)
})

test('values stand in a table and leave as CSV, a chart as a picture', async ({
  signedIn,
  seed,
}) => {
  const task = await seed.task({ name: 'values', project: await seed.project('Scalars/Values') })
  await seed.started(task)
  await seed.scalars(task, curve('loss', 'train', 4))
  await seed.completed(task)
  await signedIn.goto(`/tasks/${task}/scalars`)
  const save = async (name: string) => {
    await chart(signedIn, 'loss').getByRole('button', { name: 'Save loss' }).click()
    const download = signedIn.waitForEvent('download')
    await signedIn.getByRole('menuitem', { name }).click()
    return await readFile(await (await download).path())
  }
  const rows = [1, 0.5, 1 / 3, 0.25].map((value, iter) => `loss,train,${iter},${value}`)
  const csv = ['metric,variant,iteration,value', ...rows].map((row) => `${row}\r\n`).join('')
  expect(String(await save('Save all points as CSV'))).toBe(csv)
  expect((await save('Save as PNG')).subarray(1, 4).toString()).toBe('PNG')

  await signedIn.getByText('Values', { exact: true }).click()
  await expect(signedIn.getByRole('row', { name: 'loss train' })).toHaveText(
    'losstrain10.250.25@ 31@ 04',
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

test('zooming fetches every point of the part that is shown', async ({ signedIn, seed }) => {
  const task = await seed.task({ name: 'deep', project: await seed.project('Scalars/Deep') })
  await seed.started(task)
  await seed.scalars(task, curve('loss', 'train', 5_000))
  await seed.completed(task)
  await signedIn.goto(`/tasks/${task}/scalars?zoom=2000:2100`)
  // Two iterations more on each side, so that the line reaches the edges.
  await expect(chart(signedIn, 'loss')).toContainText('105 points in view')
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
