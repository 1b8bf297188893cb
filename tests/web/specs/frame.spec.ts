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

test('two keys lead to every place of the rail', async ({ signedIn }) => {
  for (const [key, path] of [
    ['p', '/projects'],
    ['t', '/tasks'],
    ['w', '/workers'],
    ['s', '/settings/profile'],
    ['h', '/'],
  ] as const) {
    await signedIn.keyboard.press('g')
    await signedIn.keyboard.press(key)
    await expect(signedIn).toHaveURL(new RegExp(`${path}$`))
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
