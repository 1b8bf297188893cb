import { expect, test } from '../support/fixtures.ts'

test('parameters of a draft are edited with validation, those of a run only read', async ({
  signedIn,
  seed,
}) => {
  const project = await seed.project('Configuration/Edit')
  const task = await seed.task({ name: 'draft', project, parameters: { lr: '0.1', epochs: '3' } })
  await signedIn.goto(`/tasks/${task}/configuration`)
  const section = signedIn.getByRole('region', { name: 'Args' })
  await section.getByRole('button', { name: 'Edit' }).click()
  await section.getByLabel('Value of lr').fill('0.25')
  await section.getByRole('button', { name: 'Remove epochs' }).click()
  await section.getByRole('button', { name: 'Add a parameter' }).click()
  const save = section.getByRole('button', { name: 'Save' })
  await expect(section.getByText('A parameter needs a name.')).toBeVisible()
  await expect(save).toBeDisabled()
  await section.getByLabel('Name').last().fill('lr')
  await expect(section.getByText('This name is taken.').first()).toBeVisible()
  await section.getByLabel('Name').last().fill('seed')
  await section.getByLabel('Value of seed').fill('7')
  await save.click()
  await expect(section.getByRole('row')).toHaveText(['lr0.25', 'seed7'])

  const { tasks } = await seed.call<{
    tasks: { hyperparams: { Args: Record<string, { value: string }> } }[]
  }>('tasks.get_by_id_ex', { id: [task], only_fields: ['hyperparams'] })
  const values = Object.entries(tasks[0]?.hyperparams.Args ?? {})
  expect(values.map(([name, { value }]) => [name, value]).sort()).toEqual([
    ['lr', '0.25'],
    ['seed', '7'],
  ])

  await seed.started(task)
  await signedIn.reload()
  await expect(section.getByRole('button', { name: 'Edit' })).toBeDisabled()
})

test('user properties are written in every status', async ({ signedIn, seed }) => {
  const task = await seed.task({ name: 'run', project: await seed.project('Configuration/User') })
  await seed.started(task)
  await seed.completed(task)
  await signedIn.goto(`/tasks/${task}/configuration`)
  const section = signedIn.getByRole('region', { name: 'properties' })
  await section.getByRole('button', { name: 'Edit' }).click()
  await section.getByRole('button', { name: 'Add a parameter' }).click()
  await section.getByLabel('Name').fill('owner')
  await section.getByLabel('Value of owner').fill('anna')
  await signedIn.keyboard.press('Control+Enter')
  await expect(section.getByRole('row')).toHaveText(['owneranna'])
})

test('the filter counts by section and marks what it finds', async ({ signedIn, seed }) => {
  const project = await seed.project('Configuration/Find')
  const task = await seed.task({
    name: 'searched',
    project,
    parameters: { optimizer: 'AdamW', lr: '0.1' },
  })
  await signedIn.goto(`/tasks/${task}/configuration`)
  await signedIn.getByRole('searchbox').fill('adam')
  await expect(signedIn.getByRole('row')).toHaveText(['optimizerAdamW'])
  await expect(signedIn.locator('mark')).toHaveText('Adam')
  await expect(signedIn.getByRole('button', { name: 'Args 1' })).toBeVisible()
  await expect(signedIn).toHaveURL(/find=adam/)
})

test('a configuration object is edited as text', async ({ signedIn, seed }) => {
  const task = await seed.task({
    name: 'object',
    project: await seed.project('Configuration/Text'),
  })
  const configuration = [{ name: 'hydra', value: 'lr: 0.1\n' }]
  await seed.call('tasks.edit_configuration', { task, configuration })
  await signedIn.goto(`/tasks/${task}/configuration?show=o:hydra`)
  const section = signedIn.getByRole('region', { name: 'hydra' })
  const text = section.getByRole('textbox', { name: 'hydra' })
  await expect(text).toContainText('lr: 0.1')
  await section.getByRole('button', { name: 'Edit' }).click()
  await text.click()
  await signedIn.keyboard.press('Control+A')
  await signedIn.keyboard.type('lr: 0.5')
  await section.getByRole('button', { name: 'Save' }).click()
  await expect(section.getByRole('button', { name: 'Edit' })).toBeVisible()
  await expect(text).toHaveText('lr: 0.5')
})
