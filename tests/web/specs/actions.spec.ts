import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { expect, test } from '../support/fixtures.ts'

const more = (page: Page) => page.getByRole('button', { name: 'More actions' }).first()

test('a draft is enqueued with a warning that nobody listens, dequeued by undo', async ({
  signedIn,
  seed,
}) => {
  const task = await seed.task({
    name: 'waiting one',
    project: await seed.project('Actions/Queue'),
  })
  await signedIn.goto(`/tasks/${task}`)
  await signedIn.getByRole('button', { name: 'Enqueue' }).click()
  const dialog = signedIn.getByRole('dialog', { name: 'Enqueue waiting one' })
  await dialog.getByRole('combobox', { name: 'Queue' }).fill('lonely')
  await expect(dialog.getByRole('status')).toContainText('This queue does not exist yet.')
  await dialog.getByRole('button', { name: 'Enqueue' }).click()
  await expect(signedIn.getByRole('main').getByText('queued')).toBeVisible()
  await expect(
    signedIn.getByText('No worker listens to this queue.', { exact: true }),
  ).toBeVisible()
  await signedIn.getByRole('button', { name: 'Undo' }).click()
  await expect(signedIn.getByRole('main').getByText('draft')).toBeVisible()
})

test('abort, reset, publish ask first; what is off says why', async ({ signedIn, seed }) => {
  const task = await seed.task({ name: 'living', project: await seed.project('Actions/Life') })
  await seed.started(task)
  await signedIn.goto(`/tasks/${task}`)
  await more(signedIn).click()
  await expect(signedIn.getByRole('menuitem', { name: /^Publish/ })).toContainText(
    'Not possible while it is running.',
  )
  await expect(signedIn.getByRole('menuitem', { name: /^Delete/ })).toContainText(
    'Archive it first.',
  )
  await signedIn.keyboard.press('Escape')
  await signedIn.getByRole('button', { name: 'Abort' }).click()
  await signedIn.getByRole('dialog').getByRole('button', { name: 'Abort' }).click()
  await expect(signedIn.getByRole('main').getByText('aborted')).toBeVisible()

  await signedIn.getByRole('button', { name: 'Reset' }).click()
  await expect(signedIn.getByRole('dialog')).toContainText('What it reported is gone')
  await signedIn.getByRole('dialog').getByRole('button', { name: 'Reset' }).click()
  await expect(signedIn.getByRole('main').getByText('draft')).toBeVisible()

  await seed.started(task)
  await seed.completed(task)
  await signedIn.getByRole('button', { name: 'Publish' }).click()
  await signedIn.getByRole('dialog').getByRole('button', { name: 'Publish' }).click()
  await expect(signedIn.getByRole('main').getByText('published')).toBeVisible()
})

test('a clone is named, made and opened for editing', async ({ signedIn, seed }) => {
  const project = await seed.project('Actions/Clone')
  const task = await seed.task({ name: 'source', project, parameters: { lr: '0.1' } })
  await seed.started(task)
  await signedIn.goto(`/tasks/${task}`)
  await signedIn.getByRole('button', { name: 'Clone' }).click()
  const dialog = signedIn.getByRole('dialog', { name: 'Clone source' })
  await dialog.getByLabel('Name').fill('ab')
  await expect(dialog.getByText('A name has at least 3 characters.')).toBeVisible()
  await dialog.getByLabel('Name').fill('the second run')
  await dialog.getByRole('button', { name: 'Clone and edit' }).click()
  await expect(signedIn.getByRole('heading', { name: 'the second run' })).toBeVisible()
  await expect(signedIn).toHaveURL(/\/configuration$/)
  await expect(signedIn.getByRole('row')).toHaveText(['lr0.1'])
})

test('tags and project are changed, and changed back by undo', async ({ signedIn, seed }) => {
  const project = await seed.project('Actions/Tags')
  const task = await seed.task({ name: 'tagged one', project, tags: ['old'] })
  await signedIn.goto(`/tasks/${task}`)
  const tags = signedIn.getByRole('main').getByRole('list', { name: 'Tags' })
  await more(signedIn).click()
  await signedIn.getByRole('menuitem', { name: 'Tag' }).click()
  const dialog = signedIn.getByRole('dialog', { name: 'Tag tagged one' })
  await dialog.getByRole('button', { name: 'Remove old' }).click()
  await dialog.getByLabel('Add a tag').fill('new')
  await dialog.getByRole('button', { name: 'Save tags' }).click()
  await expect(tags.getByRole('listitem')).toHaveText(['new'])
  await signedIn.getByRole('button', { name: 'Undo' }).click()
  await expect(tags.getByRole('listitem')).toHaveText(['old'])

  await more(signedIn).click()
  await signedIn.getByRole('menuitem', { name: 'Move' }).click()
  await signedIn.getByLabel('To project').fill('Actions/Elsewhere')
  await signedIn.getByRole('dialog').getByRole('button', { name: 'Move' }).click()
  const crumbs = signedIn.getByRole('navigation', { name: 'Breadcrumb' })
  await expect(crumbs.getByRole('link', { name: 'Actions/Elsewhere' })).toBeVisible()
  await signedIn.getByRole('button', { name: 'Undo' }).last().click()
  await expect(crumbs.getByRole('link', { name: 'Actions/Tags' })).toBeVisible()
})

test('archive is undone; an archived task is deleted with what goes with it listed', async ({
  signedIn,
  seed,
}) => {
  const project = await seed.project('Actions/Delete')
  const task = await seed.task({ name: 'leaving', project })
  await seed.artifact(task, { key: 'notes', type: 'custom', uri: 'file:///notes.txt' })
  await seed.started(task)
  await seed.completed(task)
  await signedIn.goto(`/tasks/${task}`)
  await signedIn.getByRole('button', { name: 'Archive' }).click()
  await expect(signedIn.getByRole('main').getByText('archived')).toBeVisible()
  await signedIn.getByRole('button', { name: 'Undo' }).click()
  await expect(signedIn.getByRole('button', { name: 'Archive' })).toBeVisible()
  await signedIn.getByRole('button', { name: 'Archive' }).click()

  await signedIn.getByRole('button', { name: 'Delete' }).click()
  const dialog = signedIn.getByRole('dialog', { name: 'Delete leaving?' })
  await expect(dialog).toContainText('1 artifact.')
  await expect(dialog).toContainText('There is no way back.')
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await expect(
    signedIn.getByText('There is no task with this id, or you may not see it.'),
  ).toBeVisible()
})

test('a task is renamed in place', async ({ signedIn, seed }) => {
  const task = await seed.task({ name: 'first name', project: await seed.project('Actions/Name') })
  await signedIn.goto(`/tasks/${task}`)
  await signedIn.getByRole('button', { name: 'first name' }).press('F2')
  await signedIn.getByLabel('Rename').fill('second name')
  await signedIn.keyboard.press('Enter')
  await expect(signedIn.getByRole('heading', { name: 'second name' })).toBeVisible()
  await signedIn.reload()
  await expect(signedIn.getByRole('heading', { name: 'second name' })).toBeVisible()
})

test('a task is made by hand, and what is wrong is said before', async ({ signedIn, seed }) => {
  const project = await seed.project('Actions/By hand')
  await signedIn.goto(`/tasks?project=${project}`)
  await signedIn.getByRole('button', { name: 'New task' }).click()
  const dialog = signedIn.getByRole('dialog', { name: 'New task' })
  await expect(dialog.getByLabel('Project')).toHaveValue('Actions/By hand')
  await dialog.getByLabel('Name', { exact: true }).fill('made by hand')
  await dialog.getByRole('button', { name: 'Save as draft' }).click()
  await expect(dialog.getByText('A repository or the text of a script is needed.')).toBeVisible()
  await dialog.getByLabel('Script text').fill('print(1)')
  await dialog.getByLabel('Arguments').fill('lr=0.1\nepochs=3')
  await dialog.getByLabel('Packages').fill('numpy')
  await dialog.getByRole('button', { name: 'Save as draft' }).click()
  await expect(signedIn).toHaveURL(/\/tasks\/[0-9a-f]{32}\/code$/)
  const id = signedIn.url().match(/[0-9a-f]{32}/)?.[0] ?? ''
  const { task } = await seed.call<{ task: Record<string, unknown> }>('tasks.get_by_id', {
    task: id,
  })
  expect(task).toMatchObject({
    name: 'made by hand',
    project,
    status: 'created',
    script: { entry_point: 'script.py', diff: 'print(1)', requirements: { pip: 'numpy' } },
    hyperparams: { Args: { lr: { value: '0.1' }, epochs: { value: '3' } } },
  })
})

test('a task is kept as a file', async ({ signedIn, seed }) => {
  const task = await seed.task({ name: 'to keep', project: await seed.project('Actions/Keep') })
  await signedIn.goto(`/tasks/${task}/info`)
  await signedIn.getByRole('button', { name: 'More actions' }).click()
  const download = signedIn.waitForEvent('download')
  await signedIn.getByRole('menuitem', { name: 'Download as JSON' }).click()
  const file = await download
  expect(file.suggestedFilename()).toBe('to keep.json')
  expect(JSON.parse(String(await readFile(await file.path())))).toMatchObject({ id: task })
})

test('a menu leads to the queue of what waits and to the worker of what runs', async ({
  signedIn,
  seed,
}) => {
  const project = await seed.project('Actions/Places')
  const queue = await seed.queue('the place to wait')
  const waiting = await seed.task({ name: 'waiting there', project })
  await seed.enqueued(waiting, queue)
  const running = await seed.task({ name: 'running there', project })
  await seed.call('tasks.started', { task: running })
  await seed.worker('the machine', [queue], running)

  await signedIn.goto(`/tasks/${waiting}`)
  await more(signedIn).click()
  await signedIn.getByRole('menuitem', { name: 'Show the queue' }).click()
  await expect(signedIn).toHaveURL(new RegExp(`/queues/${queue}$`))
  await signedIn.goto(`/tasks/${running}`)
  await more(signedIn).click()
  await signedIn.getByRole('menuitem', { name: 'Show the worker' }).click()
  await expect(signedIn).toHaveURL(/\/workers\?worker=the(\+|%20)machine$/)
})

test('what a pipeline started is aborted, and itself goes on', async ({ signedIn, seed }) => {
  const project = await seed.project('Actions/Children')
  const { id: pipeline } = await seed.call<{ id: string }>('tasks.create', {
    name: 'leads others',
    project,
    type: 'controller',
  })
  await seed.started(pipeline)
  await signedIn.goto(`/tasks/${pipeline}`)
  await more(signedIn).click()
  await signedIn.getByRole('menuitem', { name: 'Abort what it started' }).click()
  await expect(
    signedIn.getByText('None of its tasks waits or runs.', { exact: true }),
  ).toBeVisible()

  const steps = ['step one', 'step two', 'step three'].map((name) =>
    seed.task({ name, project, parent: pipeline }),
  )
  const [one = '', two = '', three = ''] = await Promise.all(steps)
  await seed.started(one)
  await seed.started(two)
  await seed.started(three)
  await seed.completed(three)
  await more(signedIn).click()
  await signedIn.getByRole('menuitem', { name: 'Abort what it started' }).click()
  const dialog = signedIn.getByRole('dialog', { name: 'Abort 2 tasks' })
  await dialog.getByRole('button', { name: /^Abort/ }).click()
  await expect(signedIn.getByText('Aborted 2 tasks', { exact: true })).toBeVisible()
  const messageOf = async (id: string) => {
    type Answer = { task: { status: string; status_message?: string } }
    const { task } = await seed.call<Answer>('tasks.get_by_id', { task: id })
    return task.status === 'stopped' ? 'stopped' : task.status_message
  }
  for (const step of [one, two]) expect(await messageOf(step)).toMatch(/^stop/)
  expect(await messageOf(pipeline)).not.toMatch(/^stop/)
})
