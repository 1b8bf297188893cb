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
