import { expect, test } from '../support/fixtures.ts'

test('header and info tell what is known about a task', async ({ signedIn, seed }) => {
  const project = await seed.project('Task/Info')
  const task = await seed.task({
    name: 'known task',
    project,
    tags: ['tagged'],
    parameters: { lr: '0.003', note: '' },
  })
  await seed.started(task)
  await seed.scalars(task, [{ metric: 'loss', variant: 'train', iter: 7, value: 0.25 }])
  await seed.failed(task)

  await signedIn.goto(`/tasks/${task}/info`)
  const main = signedIn.getByRole('main')
  await expect(main.getByRole('heading', { level: 1 })).toHaveText('known task')
  await expect(main.getByRole('list', { name: 'Tags' })).toHaveText('tagged')
  for (const text of [task, 'training', 'Task/Info', 'out of memory', 'failed']) {
    await expect(main.getByText(text, { exact: true }).first()).toBeVisible()
  }
  await expect(main.getByRole('row', { name: 'loss train 0.25 0.25 0.25' })).toBeVisible()
  await expect(signedIn).toHaveTitle('known task · Arno')

  await signedIn.keyboard.press('6')
  await expect(signedIn).toHaveURL(/\/configuration$/)
  await expect(main.getByRole('row')).toHaveText(['lr0.003', 'note""'])
  await signedIn.getByRole('link', { name: 'Task/Info' }).first().click()
  await expect(signedIn).toHaveURL(new RegExp(`/tasks\\?project=${project}$`))
})

test('the overview tells metrics, changes against the parent, last lines and outputs', async ({
  signedIn,
  seed,
}) => {
  const project = await seed.project('Task/Overview')
  const parameters = { lr: '0.1', epochs: '3' }
  const parent = await seed.task({ name: 'the parent', project, parameters })
  const { id } = await seed.call<{ id: string }>('tasks.clone', {
    task: parent,
    new_task_name: 'the child',
    new_task_parent: parent,
  })
  const hyperparams = [{ section: 'Args', name: 'lr', value: '0.2' }]
  await seed.call('tasks.edit_hyper_params', { task: id, hyperparams })
  await seed.started(id)
  await seed.scalars(id, [
    { metric: 'loss', variant: 'train', iter: 0, value: 1 },
    { metric: 'loss', variant: 'train', iter: 1, value: 0.25 },
  ])
  await seed.log(id, [{ msg: 'the last line' }])
  await seed.artifact(id, { key: 'notes', type: 'custom', uri: 'file:///notes.txt' })
  await signedIn.goto(`/tasks/${id}`)
  const part = (name: string) => signedIn.getByRole('region', { name })
  await expect(part('Metrics').getByRole('listitem')).toHaveText(['loss train0.250.25 … 1'])
  const changed = part('Changed against the parent')
  await expect(changed).toContainText('1 parameter differs the parent')
  await expect(changed.getByRole('row')).toHaveText(['NameHereParent', 'Args lr0.20.1'])
  await expect(part('Console')).toContainText('the last line')
  await part('Outputs')
    .getByRole('button', { name: /^notes/ })
    .click()
  await expect(signedIn).toHaveURL(/\/artifacts\?show=artifact:notes$/)
})

test('an unknown id says so', async ({ signedIn }) => {
  await signedIn.goto('/tasks/00000000000000000000000000000000')
  await expect(
    signedIn.getByText('There is no task with this id, or you may not see it.'),
  ).toBeVisible()
})

test('a failing call is told in place, with a way to retry', async ({ signedIn, seed }) => {
  const task = await seed.task({ name: 'unlucky', project: await seed.project('Task/Retry') })
  const failing = '**/events.get_task_log'
  await signedIn.route(failing, (route) => route.fulfill({ status: 502, body: 'bad gateway' }))
  await signedIn.goto(`/tasks/${task}/console`)
  await expect(signedIn.getByText('The console could not be read')).toBeVisible({ timeout: 60_000 })
  await expect(signedIn.getByRole('heading', { name: 'unlucky' })).toBeVisible()
  await signedIn.getByText('Details').click()
  await expect(signedIn.getByText('events.get_task_log')).toBeVisible()

  await signedIn.unroute(failing)
  await signedIn.getByRole('button', { name: 'Retry' }).click()
  await expect(signedIn.getByText('This task wrote nothing to its console.')).toBeVisible()
})
