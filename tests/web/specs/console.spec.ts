import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { expect, test } from '../support/fixtures.ts'

/** The console's lines in view, without their times. */
async function lines(page: Page): Promise<string[]> {
  const shown = page.getByRole('region', { name: 'Console' }).locator('[data-index]')
  const texts = await shown.evaluateAll((elements) =>
    elements.map((element) => ({
      index: Number(element.getAttribute('data-index')),
      text: element.querySelector('time + span')?.textContent ?? '',
    })),
  )
  return texts.sort((a, b) => a.index - b.index).map(({ text }) => text)
}

test('lines appear in order, coloured, with progress bars folded', async ({ signedIn, seed }) => {
  const task = await seed.task({ name: 'writer', project: await seed.project('Console/Lines') })
  await seed.started(task)
  const start = Date.now() - 60_000
  await seed.log(task, [
    { timestamp: start, msg: 'first line\nsecond line\n' },
    { timestamp: start + 1_000, msg: '10 %\r50 %\r\u001b[32m100 %\u001b[0m done\n' },
    { timestamp: start + 2_000, level: 'warning', msg: 'привет, 世界' },
  ])
  await signedIn.goto(`/tasks/${task}/console`)
  await expect
    .poll(() => lines(signedIn))
    .toEqual(['first line', 'second line', '100 % done', 'привет, 世界'])
  const colors = await signedIn
    .getByText('100 % done')
    .evaluate((line) => [line, ...line.children].map((part) => getComputedStyle(part).color))
  expect(new Set(colors).size).toBe(2)
  await expect(signedIn.getByText('3 messages', { exact: true })).toBeVisible()
})

test('the level is in the address', async ({ signedIn, seed }) => {
  const task = await seed.task({ name: 'levels', project: await seed.project('Console/Levels') })
  await seed.started(task)
  await seed.log(
    task,
    ['debug', 'info', 'warning', 'error'].map((level, at) => ({
      level,
      msg: `a line of ${level}`,
      timestamp: Date.now() - 10_000 + at,
    })),
  )
  await signedIn.goto(`/tasks/${task}/console`)
  await expect.poll(() => lines(signedIn)).toHaveLength(4)
  await signedIn.getByLabel('Level').selectOption('Warnings and errors')
  await expect.poll(() => lines(signedIn)).toEqual(['a line of warning', 'a line of error'])
  await signedIn.reload()
  await expect.poll(() => lines(signedIn)).toEqual(['a line of warning', 'a line of error'])
  expect(new URL(signedIn.url()).searchParams.get('level')).toBe('warning')
})

test('a running console is followed; late lines and equal lines each appear once', async ({
  signedIn,
  seed,
}) => {
  const task = await seed.task({ name: 'runner', project: await seed.project('Console/Follow') })
  await seed.started(task)
  const moment = Date.now()
  await seed.log(task, [{ timestamp: moment, msg: 'now' }])
  await signedIn.goto(`/tasks/${task}/console`)
  await expect.poll(() => lines(signedIn)).toEqual(['now'])
  await seed.log(task, [
    { timestamp: moment - 500, msg: 'late' },
    { timestamp: moment, msg: 'now' },
    { timestamp: moment + 1, msg: 'next' },
  ])
  await expect.poll(() => lines(signedIn)).toEqual(['late', 'now', 'now', 'next'])
  await seed.completed(task)
  await expect(signedIn.getByRole('main')).toContainText('completed')
})

test('a long console starts at its end and loads backwards', async ({ signedIn, seed }) => {
  const task = await seed.task({ name: 'long', project: await seed.project('Console/Long') })
  await seed.started(task)
  const start = Date.now() - 3_600_000
  const all = Array.from({ length: 4_500 }, (_, at) => ({
    timestamp: start + at * 100,
    msg: `line ${at}`,
  }))
  await seed.log(task, all)
  await seed.completed(task)
  await signedIn.goto(`/tasks/${task}/console`)
  await expect.poll(async () => (await lines(signedIn)).at(-1)).toBe('line 4499')
  await expect(signedIn.getByText('last 2,000 of 4,500 messages')).toBeVisible()
  expect((await lines(signedIn)).length).toBeLessThan(150)

  const region = signedIn.getByRole('region', { name: 'Console' })
  const toTop = () => region.evaluate((element) => element.scrollTo(0, 0))
  await toTop()
  await expect(signedIn.getByText('last 4,000 of 4,500 messages')).toBeVisible()
  await toTop()
  await expect(signedIn.getByText('4,500 messages', { exact: true })).toBeVisible()
  await toTop()
  await expect.poll(async () => (await lines(signedIn))[0]).toBe('line 0')
  await signedIn.getByRole('button', { name: 'Follow' }).click()
  await expect.poll(async () => (await lines(signedIn)).at(-1)).toBe('line 4499')
})

test('words are found one after another, also in what was not loaded yet', async ({
  signedIn,
  seed,
}) => {
  const task = await seed.task({ name: 'sought', project: await seed.project('Console/Find') })
  await seed.started(task)
  const start = Date.now() - 3_600_000
  const all = Array.from({ length: 4_500 }, (_, at) => ({
    timestamp: start + at * 100,
    msg: at === 10 || at === 4_000 || at === 4_200 ? `a Needle at ${at}` : `line ${at}`,
  }))
  await seed.log(task, all)
  await seed.completed(task)
  await signedIn.goto(`/tasks/${task}/console`)
  const field = signedIn.getByLabel('Find in the console')
  const current = signedIn.locator('[aria-current=true][data-index]')
  await field.fill('needle')
  await expect(signedIn.getByText('2 lines')).toBeVisible()
  await field.press('Shift+Enter')
  await expect(current).toContainText('a Needle at 4200')
  await expect(signedIn.getByText('2 of 2')).toBeVisible()
  await expect(current.locator('mark')).toHaveText('Needle')
  await signedIn.getByRole('button', { name: 'Previous match' }).click()
  await expect(current).toContainText('a Needle at 4000')
  await field.press('Shift+Enter')
  await expect(current).toContainText('a Needle at 10')
  await expect(signedIn.getByText('1 of 3')).toBeVisible()
  await signedIn.getByRole('button', { name: 'Next match' }).click()
  await expect(current).toContainText('a Needle at 4000')
})

test('a time is gone to, and from there on to the end; all of it is downloaded', async ({
  signedIn,
  seed,
}) => {
  const task = await seed.task({ name: 'timed', project: await seed.project('Console/Time') })
  await seed.started(task)
  const start = new Date('2026-01-02T03:00:00').getTime()
  const all = Array.from({ length: 5_000 }, (_, at) => ({
    timestamp: start + at * 1_000,
    msg: `line ${at}`,
  }))
  await seed.log(task, all)
  await seed.completed(task)
  await signedIn.goto(`/tasks/${task}/console`)
  await expect.poll(async () => (await lines(signedIn)).at(-1)).toBe('line 4999')
  await signedIn.getByLabel('Go to a time').fill('2026-01-02T03:10:00')
  await signedIn.getByRole('button', { name: 'Go to a time' }).click()
  await expect(signedIn).toHaveURL(/at=\d+/)
  await expect(signedIn.getByText('line 600', { exact: true })).toBeInViewport()
  await signedIn.getByRole('button', { name: 'Follow' }).click()
  await expect.poll(async () => (await lines(signedIn)).at(-1)).toBe('line 4999')

  const download = signedIn.waitForEvent('download')
  await signedIn.getByRole('link', { name: 'Download' }).click()
  const text = String(await readFile(await (await download).path()))
  expect(text.trim().split('\n')).toHaveLength(5_000)
  expect(text).toContain('line 4999')
})
