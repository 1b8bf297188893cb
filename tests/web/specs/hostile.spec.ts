import { expect, row, test } from '../support/fixtures.ts'

const MARKUP = '<img src=x onerror="window.hostile=1"><script>window.hostile=1</script>'

test('what tasks contain is text, never markup', async ({ signedIn, seed }) => {
  test.setTimeout(240_000)
  const project = await seed.project(`Hostile ${MARKUP}`)
  const name = `task ${MARKUP}`
  const task = await seed.task({
    name,
    project,
    tags: [MARKUP],
    parameters: { [MARKUP]: `javascript:window.hostile=1 ${MARKUP}` },
  })
  await seed.started(task)
  await seed.log(task, [{ msg: `log ${MARKUP}\u001b]8;;javascript:window.hostile=1\u0007link` }])
  await seed.scalars(task, [
    { metric: `m ${MARKUP}`, variant: MARKUP, iter: 0, value: 1 },
    { metric: '__proto__', variant: 'constructor', iter: 0, value: 2 },
  ])
  await seed.singleValue(task, MARKUP, 3)
  await seed.plot(task, `p ${MARKUP}`, MARKUP, 0, {
    data: [{ type: 'scatter', x: [1, 2], y: [1, 2], name: MARKUP, text: MARKUP }],
    layout: {
      title: MARKUP,
      xaxis: { title: `<a href="javascript:window.hostile=1">x</a> ${MARKUP}` },
    },
  })
  await seed.completed(task)

  await signedIn.goto(`/tasks?project=${project}`)
  await expect(row(signedIn, name)).toBeVisible()
  await expect(row(signedIn, name)).toContainText(`m ${MARKUP}`)
  await signedIn.goto(`/tasks/${task}/console`)
  await expect(signedIn.getByRole('region', { name: 'Console' })).toContainText(`log ${MARKUP}link`)
  await signedIn.goto(`/tasks/${task}/scalars`)
  await expect(signedIn.getByRole('figure', { name: `m ${MARKUP}` })).toBeVisible()
  await expect(signedIn.getByRole('figure', { name: '__proto__' })).toContainText('1 point')
  await signedIn.goto(`/tasks/${task}/plots`)
  await expect(signedIn.getByRole('figure').first()).toContainText(MARKUP)
  await expect(signedIn.locator('.js-plotly-plot .xtitle')).toBeVisible({ timeout: 60_000 })
  await signedIn.goto(`/tasks/${task}/overview`)
  await expect(signedIn.getByRole('region', { name: 'Metrics' })).toContainText(`m ${MARKUP}`)
  await signedIn.goto(`/tasks/${task}/configuration`)
  await expect(signedIn.getByText(`javascript:window.hostile=1 ${MARKUP}`)).toBeVisible()

  expect(await signedIn.evaluate(() => 'hostile' in window)).toBe(false)
  expect(await signedIn.locator('img').count()).toBe(0)
})

test('names in any script and of any length keep the page in shape', async ({ signedIn, seed }) => {
  const project = await seed.project('Hostile/Shapes')
  const names = ['مرحبا بالعالم', '😀🧪 emoji', `${'long '.repeat(200)}end`, 'quote \' " ; -- %_']
  for (const name of names) await seed.task({ name, project })
  await signedIn.setViewportSize({ width: 900, height: 700 })
  await signedIn.goto(`/tasks?project=${project}`)
  for (const name of names) await expect(row(signedIn, name.trim())).toBeVisible()
  const overflow = await signedIn.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  )
  expect(overflow).toBe(0)
})
