import { loadavg } from 'node:os'
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

/** Milliseconds between two frames of a screen that shows 60 of them a second, and a little. */
const FRAME = 17

interface Row {
  what: string
  figure: number
  unit: string
  goal: number
  /** The figures behind the one that counts. */
  all: number[]
}

const rows: Row[] = []

/** Notes a figure that should stay below its goal: the median of all. */
function note(what: string, all: number[], goal: number, unit = 'ms'): void {
  const figure = all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? Number.NaN
  rows.push({ what, figure, unit, goal, all })
}

test.afterAll(() => {
  const number = (value: number) => Math.round(value).toLocaleString('en-US')
  const lines = rows.map(({ what, figure, unit, goal, all }) =>
    [
      what.padEnd(66),
      `${number(figure)} ${unit}`.padStart(9),
      `goal ${number(goal)}`.padStart(11),
      figure <= goal ? '  met   ' : '  MISSED',
      all.length > 1 ? `of ${all.map(number).join(', ')}` : '',
    ].join(' '),
  )
  const load = loadavg()[0]?.toFixed(1)
  process.stdout.write(`\n\n${lines.join('\n')}\nload of the machine: ${load}\n\n`)
})

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

/** Does something to the table; the time until the first row's name is another one and painted. */
async function untilRowsChange(page: Page, act: () => Promise<void>): Promise<number> {
  const changed = page.evaluate(async () => {
    const first = () => document.querySelector('[data-index="0"] a')?.textContent
    const frame = () => new Promise((done) => requestAnimationFrame(done))
    const before = first()
    let start = Number.NaN
    const begin = () => {
      start = performance.now()
    }
    document.addEventListener('click', begin, { capture: true, once: true })
    document.addEventListener('input', begin, { capture: true, once: true })
    while (first() === before || first() === undefined) await frame()
    await frame()
    return performance.now() - start
  })
  await act()
  return await changed
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
  note('first page, cold cache: until it can be used', times, 1_000)
  note('first page, cold cache: JavaScript received', [bytes / 1_000], 400, 'kB')
})

test('the table of many tasks', async ({ signedIn, seed }) => {
  await fill(seed, await seed.project('Bench'))
  await signedIn.goto('/tasks')
  await signedIn.locator('[data-index="0"]').waitFor()
  const count = `${TASKS.toLocaleString('en-US')} tasks`
  const sorts: number[] = []
  const filters: number[] = []
  const name = signedIn.getByRole('button', { name: 'Name', exact: true })
  const filter = signedIn.getByRole('searchbox', { name: 'Filter by name' })
  for (let nth = 0; nth < TIMES; nth += 1) {
    sorts.push(await untilRowsChange(signedIn, () => name.click()))
    // Written so that it matches names and no ids: the first row is another one each time.
    const pattern = `task .*${nth + 1}7$`
    filters.push(await untilRowsChange(signedIn, () => filter.fill(pattern)))
  }
  note(`${count}: a sort, from click to painted`, sorts, 300)
  note(`${count}: a filter, from typed to painted`, filters, 300)
  await untilRowsChange(signedIn, () => filter.fill(''))

  const frames = await signedIn.getByRole('table', { name: 'Tasks' }).evaluate(async (table) => {
    const times: number[] = []
    const start = performance.now()
    let last = start
    while (last - start < 2_000) {
      table.scrollBy(0, 60)
      await new Promise((done) => requestAnimationFrame(done))
      const now = performance.now()
      times.push(now - last)
      last = now
    }
    return times
  })
  noteFrames(`${count}: scrolling`, frames)
})

/** Notes how long frames took: their mean, and the slowest of a hundred. */
function noteFrames(what: string, frames: number[]): void {
  const mean = frames.reduce((sum, each) => sum + each, 0) / frames.length
  note(`${what}, a frame on average`, [mean], FRAME)
  const slowest = frames.toSorted((a, b) => b - a)[Math.floor(frames.length / 100)] ?? Number.NaN
  note(`${what}, the slowest of 100 frames`, [slowest], 2 * FRAME)
}

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
  const first: number[] = []
  const screen: number[] = []
  for (let nth = 0; nth < TIMES; nth += 1) {
    await signedIn.goto(`/tasks/${task}/scalars`)
    const times = await signedIn.evaluate(untilDrawn)
    first.push(times.first)
    screen.push(times.screen)
  }
  const what = `${SERIES} series of ${POINTS.toLocaleString('en-US')} points`
  note(`${what}: the first chart is painted`, first, 1_000)
  note(`${what}: every chart in view is`, screen, 1_000)

  const frames = await signedIn
    .locator('figure .u-over')
    .first()
    .evaluate(async (over) => {
      const { left, top, width } = over.getBoundingClientRect()
      const times: number[] = []
      for (let step = 0; step < 100; step += 1) {
        const start = performance.now()
        const at = { clientX: left + (width * step) / 100, clientY: top + 20, bubbles: true }
        over.dispatchEvent(new MouseEvent('mousemove', at))
        await new Promise((done) => requestAnimationFrame(done))
        times.push(performance.now() - start)
      }
      return times
    })
  noteFrames(`${what}: hovering`, frames)
})

/** When, since the page was asked for, the first chart was painted, and when all in the window were. */
async function untilDrawn(): Promise<{ first: number; screen: number }> {
  const frame = () => new Promise((done) => requestAnimationFrame(done))
  const drawn = (figure: Element) => figure.querySelector('canvas') !== null
  const inView = () =>
    [...document.querySelectorAll('figure')].filter(
      (figure) => figure.getBoundingClientRect().top < window.innerHeight,
    )
  while (!inView().some(drawn)) await frame()
  const first = performance.now()
  while (!inView().every(drawn)) await frame()
  return { first, screen: performance.now() }
}

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
  note('a new point: from reported to visible', times, 1_000)
})
