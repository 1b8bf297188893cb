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
