import { expect, signIn, test } from '../support/fixtures.ts'
import { startServer } from '../support/server.ts'

test('credentials are made, labelled, used and revoked', async ({ signedIn, server }) => {
  await signedIn.goto('/settings/credentials')
  await signedIn.getByRole('button', { name: 'Create credentials' }).click()
  const dialog = signedIn.getByRole('dialog')
  await dialog.getByLabel('Label').fill('made by a test')
  await dialog.getByRole('button', { name: 'Create credentials' }).click()
  const file = await dialog.locator('pre').textContent()
  const key = file?.match(/"access_key" = "([^"]+)"/)?.[1] ?? ''
  const secret = file?.match(/"secret_key" = "([^"]+)"/)?.[1] ?? ''
  expect(key).toMatch(/^[A-Z0-9]{30}$/)
  await dialog.getByRole('button', { name: 'Done' }).click()

  // The pair works, and the page says so.
  const signInWithPair = () =>
    fetch(`${server.url}/v2.34/auth.login`, {
      method: 'POST',
      headers: { Authorization: `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}` },
    })
  expect((await signInWithPair()).status).toBe(200)
  await signedIn.reload()
  const row = signedIn.getByRole('row').filter({ hasText: key })
  await expect(row).toContainText('made by a test')
  await expect(row).not.toContainText('never')
  await expect(signedIn.getByText(secret)).toHaveCount(0)

  await row.getByRole('button', { name: 'More actions' }).click()
  await signedIn.getByRole('menuitem', { name: 'Edit the label' }).click()
  await dialog.getByLabel('Label').fill('another label')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(row).toContainText('another label')

  await row.getByRole('button', { name: 'More actions' }).click()
  await signedIn.getByRole('menuitem', { name: 'Revoke' }).click()
  await expect(dialog).toContainText('refused')
  await dialog.getByRole('button', { name: 'Revoke credentials' }).click()
  await expect(row).toHaveCount(0)
  expect((await signInWithPair()).status).toBe(401)
})

test('one changes the own name, and sees who else is here', async ({ visitor }) => {
  const server = await startServer()
  try {
    await visitor.goto(`${server.url}/login`)
    await signIn(visitor)
    await visitor.goto(`${server.url}/settings`)
    await expect(visitor).toHaveURL(/\/settings\/profile$/)
    await visitor.getByLabel('Name').fill('Ada Newname')
    await visitor.getByRole('button', { name: 'Save' }).click()
    await expect(visitor.getByRole('button', { name: 'Account of Ada Newname' })).toBeVisible()
    await visitor.getByRole('link', { name: 'Users' }).click()
    await expect(visitor.getByRole('row').filter({ hasText: 'Ada Newname' })).toContainText('you')
  } finally {
    await server.stop()
  }
})

test('administrators make users, give them roles and delete them', async ({ signedIn, seed }) => {
  await signedIn.goto('/settings/users')
  await signedIn.getByRole('button', { name: 'New user' }).click()
  const dialog = signedIn.getByRole('dialog')
  await dialog.getByLabel('Name').fill('Berta Neu')
  await dialog.getByLabel('E-mail').fill('berta@example.org')
  await dialog.getByRole('button', { name: 'Create user' }).click()
  await expect(dialog).toHaveAccessibleName('How Berta Neu signs in')
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  const row = signedIn.getByRole('row').filter({ hasText: 'Berta Neu' })
  const role = row.getByLabel('Role of Berta Neu')
  await expect(role).toHaveValue('user')
  await role.selectOption('manager')
  await expect(signedIn.getByText('Berta Neu is now manager', { exact: true })).toBeVisible()
  type Users = { users: { name: string; role: string }[] }
  const { users } = await seed.call<Users>('users.get_all_ex', {})
  expect(users.find(({ name }) => name === 'Berta Neu')?.role).toBe('superuser')
  // Nobody changes his own role.
  const own = signedIn.getByRole('row').filter({ hasText: 'you' })
  await expect(own).toContainText('administrator')
  await expect(own.getByRole('combobox')).toHaveCount(0)

  await row.getByRole('button', { name: 'More actions' }).click()
  await signedIn.getByRole('menuitem', { name: 'Delete user' }).click()
  await dialog.getByRole('button', { name: 'Delete user' }).click()
  await expect(row).toHaveCount(0)
})

test('administrators set passwords, with which people sign in', async ({ signedIn, browser }) => {
  await signedIn.goto('/settings/users')
  await signedIn.getByRole('button', { name: 'New user' }).click()
  const dialog = signedIn.getByRole('dialog')
  await dialog.getByLabel('Name').fill('Carla Lab')
  await dialog.getByLabel('E-mail').fill('carla@example.org')
  await dialog.getByRole('button', { name: 'Create user' }).click()
  await expect(dialog).toHaveAccessibleName('How Carla Lab signs in')
  await dialog.getByLabel('Sign-in name').fill('admin')
  await dialog.getByRole('button', { name: 'Set password' }).click()
  await expect(dialog.getByRole('alert')).toContainText('another user signs in by this name')
  await dialog.getByLabel('Sign-in name').fill('carla')
  const password = await dialog.getByRole('textbox', { name: 'Password' }).inputValue()
  expect(password).toMatch(/^(\w{5}-){3}\w{5}$/)
  await dialog.getByRole('button', { name: 'Set password' }).click()
  await expect(signedIn.getByText('Carla Lab now signs in as carla', { exact: true })).toBeVisible()
  const row = signedIn.getByRole('row').filter({ hasText: 'Carla Lab' })
  await expect(row).toContainText('carla')

  const context = await browser.newContext()
  const other = await context.newPage()
  await other.goto(new URL('/login', signedIn.url()).href)
  await other.getByLabel('User name').fill('carla')
  await other.getByLabel('Password').fill(password)
  await other.getByRole('button', { name: 'Sign in' }).click()
  await expect(other.getByRole('button', { name: 'Account of Carla Lab' })).toBeVisible()
  await context.close()

  await row.getByRole('button', { name: 'More actions' }).click()
  await signedIn.getByRole('menuitem', { name: 'Delete user' }).click()
  await dialog.getByRole('button', { name: 'Delete user' }).click()
  await expect(row).toHaveCount(0)
})

test('credentials of a store are set without ever being shown again, and forgotten', async ({
  signedIn,
  seed,
}) => {
  await signedIn.goto('/settings/storage')
  const store = signedIn.getByRole('main').getByRole('listitem').filter({ hasText: 'Amazon S3' })
  await expect(store).toContainText('not set')
  const dialog = signedIn.getByRole('dialog')
  await store.getByRole('button', { name: 'Set up Amazon S3' }).click()
  await dialog.getByLabel('Access key').fill('AKIATEST')
  await dialog.getByLabel('Secret key').fill('hidden from all')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(store).toContainText('AKIATEST')

  await store.getByRole('button', { name: 'Edit Amazon S3' }).click()
  await expect(dialog.getByLabel('Secret key')).toHaveValue(/^\*+$/)
  await dialog.getByLabel('Region').fill('eu-south-1')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog).toHaveCount(0)
  type Storage = { settings: { aws?: { key: string; region: string; secret: string } } }
  const { settings } = await seed.call<Storage>('storage.get_settings', {})
  expect(settings.aws).toMatchObject({ key: 'AKIATEST', region: 'eu-south-1', secret: '********' })

  await store.getByRole('button', { name: 'Forget' }).click()
  await dialog.getByRole('button', { name: 'Forget' }).click()
  await expect(store).toContainText('not set')
})
