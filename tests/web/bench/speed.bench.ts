import type { Page } from '@playwright/test'
import { expect, test } from '../support/fixtures.ts'
import type { Seed } from '../support/seed.ts'

const TASKS = Number(process.env.BENCH_TASKS ?? 100_000)
const SERIES = 200
const POINTS = 10_000

/** Calls that fill the server at the same time. */
const WRITERS = 16
/** Times each figure is taken; the median counts. */
const TIMES = 5

function print(what: string, figure: string, goal: string): void {
  process.stdout.write(`\n${what.padEnd(58)} ${figure.padStart(12)}   goal ${goal}\n`)
}

const milliseconds = (value: number) => `${Math.round(value)} ms`

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

async function fill(seed: Seed, project: string): Promise<void> {
  let next = 0
  const writer = async () => {
    for (let at = next++; at < TASKS; at = next++) {
      const name = `task ${String(at).padStart(6, '0')}`
      await seed.task({ name, project, tags: at % 10 === 0 ? ['tenth'] : [] })
    }
  }
  await Promise.all(Array.from({ length: WRITERS }, writer))
}

/** Clicks what a selector finds; the time until the first row's name is another one and painted. */
function untilRowsChange(page: Page, selector: string): Promise<number> {
  return page.evaluate(async (clicked) => {
    const first = () => document.querySelector('[data-index="0"] a')?.textContent
    const frame = () => new Promise((done) => requestAnimationFrame(done))
    const before = first()
    const start = performance.now()
    document.querySelector<HTMLElement>(clicked)?.click()
    while (first() === before || first() === undefined) await frame()
    await frame()
    return performance.now() - start
  }, selector)
}

test('the first page on a cold cache', async ({ signedIn, browser, server }) => {
  const state = await signedIn.context().storageState()
  const times: number[] = []
  let bytes = 0
  for (let nth = 0; nth < TIMES; nth += 1) {
    const context = await browser.newContext({ storageState: state, baseURL: server.url })
    const page = await context.newPage()
    bytes = 0
    const client = await context.newCDPSession(page)
    await client.send('Network.enable')
    const scripts = new Set<string>()
    client.on('Network.responseReceived', ({ requestId, type }) => {
      if (type === 'Script') scripts.add(requestId)
    })
    client.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      if (scripts.has(requestId)) bytes += encodedDataLength
    })
    await page.goto('/projects')
    await page.getByRole('button', { name: 'New project' }).waitFor()
    times.push(await page.evaluate(() => performance.now()))
    await context.close()
  }
  print('first page, cold cache: until it can be used', milliseconds(median(times)), '< 1,000 ms')
  print(
    'first page, cold cache: JavaScript received',
    `${Math.round(bytes / 1_000)} kB`,
    '< 400 kB',
  )
})

test('the table of many tasks', async ({ signedIn, seed }) => {
  await fill(seed, await seed.project('Bench'))
  await signedIn.goto('/tasks')
  await signedIn.locator('[data-index="0"]').waitFor()
  const sorts: number[] = []
  for (let nth = 0; nth < TIMES; nth += 1) {
    sorts.push(await untilRowsChange(signedIn, '[data-sort=name]'))
  }
  const count = TASKS.toLocaleString('en-US')
  print(`${count} tasks: a sort, from click to painted`, milliseconds(median(sorts)), '< 300 ms')

  const frames = await signedIn.getByRole('table', { name: 'Tasks' }).evaluate(async (table) => {
    const start = performance.now()
    let shown = 0
    while (performance.now() - start < 2_000) {
      table.scrollBy(0, 60)
      await new Promise((done) => requestAnimationFrame(done))
      shown += 1
    }
    return shown / 2
  })
  print(`${count} tasks: frames a second while scrolling`, frames.toFixed(0), '60')
})

test('a task with many series', async ({ signedIn, seed }) => {
  const task = await seed.task({ name: 'many series', project: await seed.project('Bench series') })
  await seed.started(task)
  for (let series = 0; series < SERIES; series += 1) {
    const metric = `metric ${Math.floor(series / 4)}`
    const points = Array.from({ length: POINTS }, (_, iter) => ({
      metric,
      variant: `series ${series % 4}`,
      iter,
      value: Math.sin(iter / 500 + series),
    }))
    await seed.scalars(task, points)
  }
  const times: number[] = []
  for (let nth = 0; nth < TIMES; nth += 1) {
    await signedIn.goto(`/tasks/${task}/scalars`)
    times.push(
      await signedIn.evaluate(async () => {
        const drawn = () => document.querySelector('figure canvas') !== null
        while (!drawn()) await new Promise((done) => requestAnimationFrame(done))
        return performance.now()
      }),
    )
  }
  const what = `${SERIES} series of ${POINTS.toLocaleString('en-US')} points`
  print(`${what}: until charts are painted`, milliseconds(median(times)), '< 1,000 ms')

  const slowest = await signedIn
    .locator('figure .u-over')
    .first()
    .evaluate(async (over) => {
      const { left, top, width } = over.getBoundingClientRect()
      let most = 0
      for (let step = 0; step < 100; step += 1) {
        const start = performance.now()
        const at = { clientX: left + (width * step) / 100, clientY: top + 20, bubbles: true }
        over.dispatchEvent(new MouseEvent('mousemove', at))
        await new Promise((done) => requestAnimationFrame(done))
        most = Math.max(most, performance.now() - start)
      }
      return most
    })
  print(`${what}: slowest frame while hovering`, milliseconds(slowest), 'no lag')
})

test('a new point', async ({ signedIn, seed }) => {
  const task = await seed.task({ name: 'watched', project: await seed.project('Bench live') })
  await seed.started(task)
  const point = (iter: number) => ({
    metric: 'loss',
    variant: 'train',
    iter,
    value: 1 / (iter + 1),
  })
  await seed.scalars(task, [point(0)])
  await signedIn.goto(`/tasks/${task}/scalars`)
  const chart = signedIn.getByRole('figure', { name: 'loss' })
  await expect(chart).toContainText('1 point')
  const times: number[] = []
  for (let nth = 1; nth <= TIMES; nth += 1) {
    const shown = signedIn.evaluate(
      async (text) => {
        const words = () => document.querySelector('figure')?.textContent ?? ''
        while (!words().includes(text)) await new Promise((done) => requestAnimationFrame(done))
        return Date.now()
      },
      `${nth + 1} points`,
    )
    await seed.scalars(task, [point(nth)])
    const reported = Date.now()
    times.push(Math.max(0, (await shown) - reported))
  }
  print('a new point: from reported to visible', milliseconds(median(times)), '< 1,000 ms')
})
