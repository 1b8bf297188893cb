import { expect, test } from '../support/fixtures.ts'

const svg = (color: string) => ({
  name: 'image.svg',
  content: `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><rect width="40" height="30" fill="${color}"/></svg>`,
})

/** Tries to reach out of its frame in every way a page could. */
const PAGE = {
  name: 'report.html',
  content: `<p id="said">script did not run</p><script>
    document.getElementById('said').textContent = 'script ran'
    const attempts = [
      () => { top.hostile = 1 }, () => { parent.document.title = 'hostile' },
      () => document.cookie, () => localStorage.setItem('hostile', '1'),
      () => top.location.assign('about:blank'),
    ]
    for (const attempt of attempts) { try { attempt(); document.title += '!' } catch {} }
  </script>`,
}

test('samples by iteration; the viewer steps through them and the address tells where it is', async ({
  signedIn,
  seed,
}) => {
  const task = await seed.task({ name: 'sampled', project: await seed.project('Samples/Steps') })
  await seed.started(task)
  for (const iter of [1, 2]) {
    await seed.sample(task, 'images', 'input', iter, svg('red'))
    await seed.sample(task, 'images', 'mask', iter, svg('green'))
  }
  await seed.sample(task, 'other', 'map', 1, svg('blue'))
  await signedIn.goto(`/tasks/${task}/samples`)
  await expect(signedIn.getByRole('heading', { level: 2 })).toHaveText([
    'iteration 22 samples',
    'iteration 13 samples',
  ])
  const loaded = signedIn
    .getByRole('img', { name: 'images · mask' })
    .first()
    .evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth))
  expect(await loaded).toBe(40)

  await signedIn.getByRole('button', { name: 'Open images · input' }).first().click()
  const title = signedIn.getByRole('dialog').getByRole('heading')
  await expect(title).toHaveText('images · input')
  await signedIn.keyboard.press('ArrowRight')
  await expect(title).toHaveText('images · mask')
  await signedIn.keyboard.press('ArrowDown')
  await expect(signedIn.getByRole('dialog')).toContainText('iteration 1')
  await expect(signedIn).toHaveURL(/iter=1&sample=images&variant=mask/)
  await signedIn.reload()
  await expect(title).toHaveText('images · mask')
  await expect(signedIn.getByRole('dialog')).toContainText('40 × 30')
  await signedIn.keyboard.press('Escape')

  await signedIn.getByRole('combobox', { name: 'Metric' }).selectOption('other')
  await expect(signedIn.getByRole('figure')).toHaveCount(1)
})

test('HTML of a task runs in a frame that reaches neither the page nor its session', async ({
  signedIn,
  seed,
}) => {
  const task = await seed.task({ name: 'framed', project: await seed.project('Samples/Frame') })
  await seed.started(task)
  await seed.sample(task, 'html', 'report', 0, PAGE)
  await signedIn.goto(`/tasks/${task}/samples`)
  const frame = signedIn.frameLocator('iframe[title="html · report"]')
  await expect(frame.locator('#said')).toHaveText('script ran')
  expect(await frame.locator('html').evaluate(() => document.title)).toBe('')
  expect(await signedIn.evaluate(() => 'hostile' in window || 'hostile' in localStorage)).toBe(
    false,
  )
  expect(await signedIn.title()).toBe('framed · Arno')
})

test('a file that is elsewhere is named, and its place can be copied', async ({
  signedIn,
  seed,
}) => {
  const task = await seed.task({ name: 'away', project: await seed.project('Samples/Away') })
  await seed.started(task)
  await seed.call('events.add', {
    type: 'training_debug_image',
    task,
    metric: 'm',
    variant: 'v',
    iter: 0,
    key: 'k',
    url: 's3://bucket/picture.png',
  })
  await signedIn.goto(`/tasks/${task}/samples`)
  await expect(signedIn.getByRole('figure', { name: 'm · v' })).toContainText(
    'Only the place of this file is known.',
  )
})
