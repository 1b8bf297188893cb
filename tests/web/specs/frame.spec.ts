import { expect, signIn, test } from '../support/fixtures.ts'

test('the palette goes, does and finds', async ({ signedIn, seed }) => {
  const project = await seed.project('Palette (of) commands')
  const task = await seed.task({ name: 'found [by] palette', project })
  await signedIn.goto('/settings/profile')
  await signedIn.getByLabel('Name').focus()
  await signedIn.keyboard.press('Control+k')
  const palette = signedIn.getByRole('dialog', { name: 'Go, do, find' })
  await palette.getByRole('combobox').fill('queues')
  await expect(palette.getByRole('option', { name: /^Queues/ })).toHaveAttribute(
    'aria-selected',
    'true',
  )
  await signedIn.keyboard.press('Enter')
  await expect(signedIn).toHaveURL(/\/queues$/)

  await signedIn.keyboard.press('Control+k')
  await palette.getByRole('combobox').fill('found [by]')
  await expect(palette.getByRole('option', { name: /found \[by\] palette/ })).toBeVisible()
  await signedIn.keyboard.press('Enter')
  await expect(signedIn).toHaveURL(new RegExp(`/tasks/${task}`))

  await signedIn.keyboard.press('Control+k')
  await palette.getByRole('combobox').fill('Palette (of)')
  await palette.getByRole('option', { name: 'Palette (of) commands' }).click()
  await expect(signedIn).toHaveURL(new RegExp(`/projects/${project}/overview$`))

  await signedIn.keyboard.press('Control+k')
  await palette.getByRole('combobox').fill('new project')
  await signedIn.keyboard.press('Enter')
  await expect(signedIn.getByRole('dialog', { name: 'New project' })).toBeVisible()
  await signedIn.keyboard.press('Escape')

  await signedIn.keyboard.press('Control+k')
  await palette.getByRole('combobox').fill('nothing is called like this')
  await expect(palette.getByText('Nothing is called so.')).toBeVisible()
})

test('the palette finds models, datasets, pipelines and reports', async ({ signedIn, seed }) => {
  const project = await seed.project('Palette/Kinds')
  const made = await seed.task({ name: 'maker', project })
  const { id: model } = await seed.call<{ id: string }>('models.create', {
    name: 'sought model',
    uri: 'file:///models/sought.pt',
    project,
    task: made,
    tags: ['best'],
    labels: { cat: 1, dog: 2 },
    design: { design: 'layers 1 2 3' },
  })
  const ofKind = async (folder: string, type: string, tag: string) => {
    const { id } = await seed.call<{ id: string }>('projects.create', {
      name: `Palette/Kinds/.${folder}/sought ${folder}`,
      description: '',
      system_tags: [tag, 'hidden'],
    })
    const system_tags = [tag, 'hidden']
    const name = `sought ${folder}`
    const fields = { name, type, project: id, system_tags, runtime: { version: '1.0.2' } }
    return (await seed.call<{ id: string }>('tasks.create', fields)).id
  }
  const dataset = await ofKind('datasets', 'data_processing', 'dataset')
  const pipeline = await ofKind('pipelines', 'controller', 'pipeline')
  const { id: report } = await seed.call<{ id: string }>('reports.create', {
    name: 'sought report',
    project,
  })
  await seed.call('reports.update', { task: report, report: '# Findings\n\nIt **works**.' })

  const palette = signedIn.getByRole('dialog', { name: 'Go, do, find' })
  for (const [kind, name, path, sign] of [
    ['Models', 'sought model', `/models/${model}`, 'file:///models/sought.pt'],
    ['Datasets', 'sought datasets Palette/Kinds · 1.0.2', `/tasks/${dataset}/`, 'sought datasets'],
    ['Pipelines', 'sought pipelines', `/tasks/${pipeline}/`, 'sought pipelines'],
    ['Reports', 'sought report', `/reports/${report}`, 'It works.'],
  ] as const) {
    await signedIn.keyboard.press('Control+k')
    await palette.getByRole('combobox').fill('sought')
    await palette.getByRole('group', { name: kind }).getByRole('option', { name }).click()
    await expect(signedIn).toHaveURL(new RegExp(path))
    await expect(signedIn.getByText(sign).first()).toBeVisible()
  }
  await signedIn.goto(`/projects/${project}/models/${model}/general`)
  await expect(signedIn).toHaveURL(new RegExp(`/models/${model}$`))
  await expect(signedIn.getByRole('region', { name: 'Labels' })).toContainText('dog2')
  await expect(signedIn.getByText('layers 1 2 3')).toBeVisible()
  await signedIn.getByRole('link', { name: 'maker' }).click()
  await expect(signedIn).toHaveURL(new RegExp(`/tasks/${made}/overview`))
  for (const path of ['/models/0123', '/reports/0123']) {
    await signedIn.goto(path)
    await expect(signedIn.getByText(/^There is no (model|report) with this id/)).toBeVisible()
  }
})

test('two keys lead to every place of the rail', async ({ signedIn }) => {
  // Home leads on to the guide while there is no task.
  await signedIn.goto('/settings/appearance')
  await expect(signedIn.getByRole('heading', { name: 'Appearance' })).toBeVisible()
  for (const [key, path] of [
    ['p', '/projects'],
    ['t', '/tasks'],
    ['w', '/workers'],
    ['s', '/settings/profile'],
    ['h', '/(welcome)?'],
  ] as const) {
    await signedIn.keyboard.press('g')
    await signedIn.keyboard.press(key)
    await expect(signedIn).toHaveURL(new RegExp(`:\\d+${path}$`))
  }
})

test('addresses of the official pages lead to ours', async ({ signedIn }) => {
  for (const [official, ours] of [
    ['/dashboard', '/(welcome)?'],
    ['/projects/*/projects', '/projects'],
    ['/workers-and-queues/workers', '/workers'],
    ['/workers-and-queues/queues', '/queues'],
    ['/settings/workspace-configuration', '/settings/credentials'],
  ] as const) {
    await signedIn.goto(official)
    await expect(signedIn).toHaveURL(new RegExp(`:\\d+${ours}$`))
  }
})

test('an address that leads nowhere says so inside the frame, once one is signed in', async ({
  visitor,
}) => {
  await visitor.goto('/no/such/page')
  await expect(visitor).toHaveURL(/\/login\?to=/)
  await signIn(visitor)
  for (const path of ['/no/such/page', '/settings/nothing', '/projects/x/y/z']) {
    await visitor.goto(path)
    await expect(visitor.getByText('There is no page at this address.')).toBeVisible()
    await expect(visitor.getByRole('navigation', { name: 'Main' })).toBeVisible()
  }
  await visitor.getByRole('link', { name: 'Go to the home page' }).click()
  await expect(visitor).toHaveURL(/:\d+\/(welcome)?$/)
})
