import { createHash } from 'node:crypto'
import { expect, row, rowNames, signIn, test } from '../support/fixtures.ts'
import { startServer } from '../support/server.ts'

test('a row tells status, project, tags, user, update and last metrics', async ({
  signedIn,
  seed,
}) => {
  const project = await seed.project('Table/Content')
  const task = await seed.task({ name: 'told in a row', project, tags: ['baseline'] })
  await seed.started(task)
  await seed.scalars(task, [
    { metric: 'loss', variant: 'train', iter: 0, value: 0.9 },
    { metric: 'loss', variant: 'train', iter: 1, value: 0.183249 },
  ])
  await signedIn.goto(`/tasks?project=${project}`)
  const cells = row(signedIn, 'told in a row').getByRole('cell')
  await expect(cells).toHaveText([
    '',
    'running',
    'told in a row',
    'Table/Content',
    'baseline',
    /\w+/,
    /^(now|\d+ s ago)$/,
    'loss train 0.1832',
  ])
  await expect(signedIn.getByText('1 task', { exact: true })).toBeVisible()
})

test('filters and order are in the address and survive a reload', async ({ signedIn, seed }) => {
  const project = await seed.project('Table/Filters')
  for (const name of ['alpha one', 'beta two', 'alpha two']) await seed.task({ name, project })
  const failed = await seed.task({ name: 'alpha failed', project })
  await seed.started(failed)
  await seed.failed(failed)

  await signedIn.goto(`/tasks?project=${project}`)
  await expect(signedIn.getByText('4 tasks', { exact: true })).toBeVisible()

  await signedIn.keyboard.press('/')
  await signedIn.keyboard.type('^ALPHA (one|two)$')
  await expect(signedIn.getByText('2 tasks', { exact: true })).toBeVisible()
  await signedIn.getByRole('button', { name: 'Name' }).click()
  await expect(signedIn.getByRole('columnheader', { name: 'Name' })).toHaveAttribute(
    'aria-sort',
    'ascending',
  )
  await expect.poll(() => rowNames(signedIn)).toEqual(['alpha one', 'alpha two'])
  await signedIn.getByRole('button', { name: 'Name' }).click()
  await expect.poll(() => rowNames(signedIn)).toEqual(['alpha two', 'alpha one'])

  await signedIn.reload()
  await expect.poll(() => rowNames(signedIn)).toEqual(['alpha two', 'alpha one'])
  expect(new URL(signedIn.url()).searchParams.get('order')).toBe('-name')

  await signedIn.getByRole('searchbox').fill('')
  await signedIn.getByRole('button', { name: 'Status' }).first().click()
  await signedIn.getByRole('menuitemcheckbox', { name: 'failed' }).click()
  await signedIn.keyboard.press('Escape')
  await expect.poll(() => rowNames(signedIn)).toEqual(['alpha failed'])
  expect(new URL(signedIn.url()).searchParams.get('status')).toBe('failed')
})

test('values are asked for and left out, told in words and in the address', async ({
  signedIn,
  seed,
}) => {
  const project = await seed.project('Table/Excluded')
  for (const [name, tags] of [
    ['bare', []],
    ['kept', ['good']],
    ['stale', ['good', 'old']],
    ['odd', ['-odd, tag']],
  ] as [string, string[]][]) {
    await seed.task({ name, project, tags })
  }
  const failed = await seed.task({ name: 'broken', project })
  await seed.started(failed)
  await seed.failed(failed)
  await signedIn.goto(`/tasks?project=${project}&order=name`)

  await signedIn.getByRole('button', { name: 'tag', exact: true }).click()
  const item = (name: string) => signedIn.getByRole('menuitemcheckbox', { name })
  await item('old').click()
  await expect.poll(() => rowNames(signedIn)).toEqual(['stale'])
  await item('old').click()
  await expect(item('old left out')).toBeChecked({ indeterminate: true })
  await item('-odd, tag').click()
  await item('-odd, tag').click()
  await expect.poll(() => rowNames(signedIn)).toEqual(['bare', 'broken', 'kept'])
  await signedIn.keyboard.press('Escape')
  await signedIn.getByRole('button', { name: 'status', exact: true }).click()
  await item('failed').click()
  await item('failed').click()
  await signedIn.keyboard.press('Escape')
  await expect.poll(() => rowNames(signedIn)).toEqual(['bare', 'kept'])

  await signedIn.reload()
  await expect.poll(() => rowNames(signedIn)).toEqual(['bare', 'kept'])
  await expect(signedIn.getByRole('button', { name: 'status: not failed' })).toBeVisible()
  await signedIn.getByRole('button', { name: 'tag: not old, not -odd, tag' }).click()
  await item('old').click()
  await item('good').click()
  await item('-odd, tag').click()
  await item('-odd, tag').click()
  await expect(signedIn.getByText('No task matches these filters.')).toBeVisible()
  await item('Any of them is enough').click()
  await expect.poll(() => rowNames(signedIn)).toEqual(['kept', 'odd', 'stale'])
  expect(new URL(signedIn.url()).searchParams.get('anyTag')).toBe('1')
})

test('a project is chosen from a menu, and from a row', async ({ signedIn, seed }) => {
  const project = await seed.project('Chosen')
  const other = await seed.project('Chosen/Below')
  await seed.task({ name: 'above', project })
  await seed.task({ name: 'below', project: other })
  await signedIn.goto('/tasks')
  await signedIn.getByRole('button', { name: 'project', exact: true }).click()
  await signedIn.getByRole('menuitemradio', { name: 'Chosen', exact: true }).click()
  await expect(signedIn.getByText('2 tasks', { exact: true })).toBeVisible()
  await expect(signedIn.getByRole('button', { name: 'project: Chosen' })).toBeVisible()

  await row(signedIn, 'below').getByRole('button', { name: 'Chosen/Below' }).click()
  await expect.poll(() => rowNames(signedIn)).toEqual(['below'])
  await signedIn.getByRole('button', { name: 'Drop the project filter' }).click()
  await expect(signedIn).toHaveURL(/\/tasks$/)
})

test('a pattern that is no regular expression is answered beside the field', async ({
  signedIn,
}) => {
  await signedIn.goto('/tasks')
  await signedIn.getByRole('searchbox').fill('broken (')
  await expect(signedIn.getByRole('alert')).toContainText(/regular expression|regex/i)
  await signedIn.getByRole('searchbox').fill('no task is called this')
  await expect(signedIn.getByText('No task matches these filters.')).toBeVisible()
  await signedIn.getByRole('button', { name: 'Clear the filters' }).click()
  await expect(signedIn).toHaveURL(/\/tasks$/)
})

test('rows follow the server without a reload', async ({ signedIn, seed }) => {
  const project = await seed.project('Table/Live')
  const task = await seed.task({ name: 'living', project })
  await seed.started(task)
  await signedIn.goto(`/tasks?project=${project}`)
  await expect(row(signedIn, 'living')).toContainText('running')
  await seed.scalars(task, [{ metric: 'loss', variant: 'train', iter: 0, value: 0.5 }])
  await expect(row(signedIn, 'living')).toContainText('loss train 0.5')
  await seed.completed(task)
  await expect(row(signedIn, 'living')).toContainText('completed')
})

test('the keyboard walks the rows, opens one and comes back', async ({ signedIn, seed }) => {
  const project = await seed.project('Table/Keys')
  for (const name of ['first row', 'second row', 'third row']) await seed.task({ name, project })
  await signedIn.goto(`/tasks?project=${project}&order=name`)
  await expect(row(signedIn, 'third row')).toBeVisible()
  await signedIn.keyboard.press('j')
  await signedIn.keyboard.press('j')
  await expect(signedIn.getByRole('link', { name: 'second row' })).toBeFocused()
  await signedIn.keyboard.press('Enter')
  await expect(signedIn.getByRole('heading', { name: 'second row' })).toBeVisible()
  await signedIn.keyboard.press('Escape')
  await expect(row(signedIn, 'third row')).toBeVisible()
  await expect(signedIn).toHaveURL(/order=name/)
})

test('a long list loads as one scrolls, and only rows in view exist', async ({
  signedIn,
  seed,
}) => {
  test.setTimeout(240_000)
  const project = await seed.project('Table/Long')
  const names = Array.from({ length: 520 }, (_, at) => `task ${String(at).padStart(4, '0')}`)
  for (let at = 0; at < names.length; at += 20) {
    await Promise.all(names.slice(at, at + 20).map((name) => seed.task({ name, project })))
  }
  await signedIn.goto(`/tasks?project=${project}&order=name`)
  await expect(signedIn.getByText('500+ tasks', { exact: true })).toBeVisible()
  expect((await rowNames(signedIn)).length).toBeLessThan(80)

  const table = signedIn.getByRole('table', { name: 'Tasks' })
  await table.evaluate((element) => element.scrollTo(0, element.scrollHeight))
  await expect(signedIn.getByText('520 tasks', { exact: true })).toBeVisible()
  await table.evaluate((element) => element.scrollTo(0, element.scrollHeight))
  await expect.poll(async () => (await rowNames(signedIn)).at(-1)).toBe('task 0519')

  await row(signedIn, 'task 0519').getByText('draft').click()
  await expect(signedIn.getByRole('heading', { name: 'task 0519' })).toBeVisible()
  await signedIn.goBack()
  await expect(row(signedIn, 'task 0519')).toBeInViewport()
})

test('addresses of the official pages lead to ours', async ({ signedIn, seed }) => {
  const project = await seed.project('Table/Links')
  const task = await seed.task({ name: 'linked task', project })
  await signedIn.goto(`/projects/${project}/experiments/${task}/output/log`)
  await expect(signedIn).toHaveURL(new RegExp(`/tasks/${task}/console$`))
  await signedIn.goto(`/projects/${project}/tasks/${task}/output/metrics/scalar`)
  await expect(signedIn).toHaveURL(new RegExp(`/tasks/${task}/scalars$`))
  await signedIn.goto(`/projects/${project}/tasks`)
  await expect(row(signedIn, 'linked task')).toBeVisible()
})

test('an empty store says how to fill it, and a lost server is told', async ({ visitor }) => {
  const server = await startServer()
  try {
    await visitor.goto(`${server.url}/login`)
    await signIn(visitor)
    await visitor.goto(`${server.url}/tasks`)
    await expect(
      visitor.getByText('Tasks appear here as soon as a script reports one.'),
    ).toBeVisible()
    await expect(visitor.getByRole('main')).toContainText('Task.init("Examples", "First task")')
    await visitor.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await visitor.getByRole('button', { name: 'Copy the script' }).click()
    const copied = await visitor.evaluate(() => navigator.clipboard.readText())
    expect(copied).toMatch(/^from clearml import Task\n/)
  } finally {
    await server.stop()
  }
  await expect(visitor.getByText(/^reconnecting/)).toBeVisible({ timeout: 60_000 })
})

test('a metric and a parameter are columns to sort and filter by, told in the address', async ({
  signedIn,
  seed,
}) => {
  const project = await seed.project('Table/Columns')
  for (const [name, lr, value] of [
    ['low', '0.1', 1],
    ['high', '0.2', 3],
    ['middle', '0.3', 2],
  ] as const) {
    const task = await seed.task({ name: `${name} loss`, project, parameters: { lr } })
    await seed.started(task)
    await seed.scalars(task, [{ metric: 'loss', variant: 'train', iter: 0, value }])
  }
  const hash = (text: string) => createHash('md5').update(text).digest('hex')
  const loss = `m:${hash('loss')}.${hash('train')}.max_value:loss:train`
  const columns = `name,${loss},p:Args:lr`
  await signedIn.goto(`/tasks?project=${project}&columns=${columns}&order=-${loss}`)
  await expect.poll(() => rowNames(signedIn)).toEqual(['high loss', 'middle loss', 'low loss'])
  await expect(row(signedIn, 'high loss').getByRole('cell')).toHaveText([
    '',
    'high loss',
    '3',
    '0.2',
  ])
  await signedIn.getByRole('button', { name: 'range', exact: true }).click()
  await signedIn.getByLabel('Column', { exact: true }).selectOption(loss)
  await signedIn.getByLabel('From').fill('1.5')
  await signedIn.getByRole('button', { name: 'Apply' }).click()
  await expect.poll(() => rowNames(signedIn)).toEqual(['high loss', 'middle loss'])
})

test('chosen rows are acted on together, as far as each allows it', async ({ signedIn, seed }) => {
  const project = await seed.project('Table/Bulk')
  for (const name of ['first one', 'second one', 'third one']) await seed.task({ name, project })
  const running = await seed.task({ name: 'running one', project })
  await seed.started(running)
  await signedIn.goto(`/tasks?project=${project}&order=name`)
  await signedIn.getByLabel('Select first one').check()
  await signedIn.getByLabel('Select running one').check()
  const bar = signedIn.getByRole('region', { name: 'Actions on the selection' })
  await expect(bar).toContainText('2 tasks selected')
  await expect(bar.getByRole('button', { name: 'Abort 1 of 2' })).toBeEnabled()
  await expect(bar.getByRole('button', { name: 'Publish' })).toBeDisabled()
  await bar.getByRole('button', { name: 'Archive' }).click()
  await expect.poll(() => rowNames(signedIn)).toEqual(['second one', 'third one'])
  await signedIn.getByRole('button', { name: 'Undo' }).click()
  await expect(signedIn.getByText('4 tasks', { exact: true })).toBeVisible()
})

test('a row opens beside the table; the address tells the task and its tab', async ({
  signedIn,
  seed,
}) => {
  const project = await seed.project('Table/Panel')
  const task = await seed.task({ name: 'beside one', project, parameters: { lr: '0.1' } })
  await signedIn.goto(`/tasks?project=${project}`)
  await row(signedIn, 'beside one').getByText('draft').click()
  const panel = signedIn.getByRole('complementary', { name: 'Task' })
  await expect(panel.getByRole('heading', { name: 'beside one' })).toBeVisible()
  await panel.getByRole('tab', { name: 'Configuration' }).click()
  await expect(signedIn).toHaveURL(new RegExp(`beside=${task}&tab=configuration`))
  await signedIn.reload()
  await expect(panel.getByText('0.1')).toBeVisible()
  await panel.getByRole('button', { name: 'Close the panel' }).click()
  await expect(signedIn).toHaveURL(new RegExp(`/tasks\\?project=${project}$`))
})

test('tasks are grouped by what they share, with their numbers summed up', async ({
  signedIn,
  seed,
}) => {
  const project = await seed.project('Table/Groups')
  for (const [name, lr, value] of [
    ['one', '0.1', 1],
    ['two', '0.1', 3],
    ['three', '0.2', 5],
  ] as const) {
    const task = await seed.task({ name, project, parameters: { lr } })
    await seed.started(task)
    await seed.scalars(task, [{ metric: 'loss', variant: 'train', iter: 0, value }])
    if (name !== 'three') await seed.completed(task)
  }
  await signedIn.goto(`/tasks?project=${project}`)
  await signedIn.getByRole('button', { name: 'Columns' }).click()
  const picker = signedIn.getByRole('dialog', { name: 'Columns' })
  // How the values lie stands beside each name.
  await expect(picker.getByRole('img', { name: '0.1 … 0.2 in 3 tasks' })).toBeVisible()
  await expect(picker.getByRole('img', { name: '1 … 5 in 3 tasks' })).toBeVisible()
  await picker.getByLabel('Args / lr').check()
  await picker.getByLabel('loss train', { exact: true }).check()
  await signedIn.keyboard.press('Escape')

  await signedIn.getByLabel('Group by').selectOption('lr')
  const groups = signedIn.getByRole('region', { name: 'Groups of tasks' })
  await expect(groups.getByRole('row', { name: '0.1' })).toContainText('221 … 3')
  await expect(groups.getByRole('row', { name: '0.2' })).toContainText('15')
  await groups.getByRole('button', { name: '0.1' }).click()
  await expect(groups.getByRole('link')).toHaveText(['two', 'one'])

  await signedIn.getByLabel('Group by').selectOption('Status')
  await expect(signedIn).toHaveURL(/group=status/)
  await expect(groups.getByRole('row', { name: 'completed' })).toContainText('20.121 … 3')
  await signedIn.getByLabel('Group by').selectOption('No groups')
  await expect(row(signedIn, 'one')).toBeVisible()
})
