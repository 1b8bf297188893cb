import { expect, signIn, test } from '../support/fixtures.ts'

test('a wrong password is refused and the right one opens the wanted page', async ({ visitor }) => {
  await visitor.goto('/tasks?q=%5Ewanted&status=failed')
  await expect(visitor).toHaveURL(/\/login\?to=/)

  await signIn(visitor, 'wrong')
  await expect(visitor.getByRole('alert')).toHaveText('User name or password is wrong.')
  await expect(visitor).toHaveURL(/\/login/)

  await signIn(visitor)
  await expect(visitor).toHaveURL(/\/tasks\?q=%5Ewanted&status=failed$/)
  await expect(visitor.getByRole('searchbox')).toHaveValue('^wanted')
})

test('the session is a cookie that scripts cannot read', async ({ signedIn }) => {
  const cookies = await signedIn.context().cookies()
  const session = cookies.find((cookie) => cookie.name === 'clearml_token_basic')
  expect(session).toMatchObject({ httpOnly: true, sameSite: 'Lax' })
  expect(await signedIn.evaluate(() => document.cookie)).not.toContain('clearml_token_basic')
})

test('signing out ends the session on the server', async ({ signedIn }) => {
  const [session] = await signedIn.context().cookies()
  await signedIn.getByRole('button', { name: /^Account of/ }).click()
  await signedIn.getByRole('menuitem', { name: 'Sign out' }).click()
  await expect(signedIn).toHaveURL(/\/login$/)

  if (!session) throw new Error('no session cookie')
  await signedIn.context().addCookies([session])
  await signedIn.goto('/tasks')
  await expect(signedIn).toHaveURL(/\/login\?to=\/tasks/)
})

test('a session that ends while a page is open leads to the sign-in and back', async ({
  signedIn,
}) => {
  await signedIn.goto('/tasks?status=running&q=anything')
  await expect(signedIn.getByRole('heading', { name: 'Tasks' })).toBeVisible()
  await signedIn.context().clearCookies()
  // The page finds out by itself when it next asks, which an idle one does every ten seconds.
  await expect(signedIn).toHaveURL(/\/login\?to=/, { timeout: 60_000 })
  await signIn(signedIn)
  await expect(signedIn).toHaveURL(/\/tasks\?status=running&q=anything$/)
})

test('after signing in no address leads to another site', async ({ visitor, server }) => {
  for (const to of ['//example.org', 'https://example.org', '/\\example.org']) {
    await visitor.context().clearCookies()
    await visitor.goto(`/login?to=${encodeURIComponent(to)}`)
    await signIn(visitor)
    expect(new URL(visitor.url()).origin).toBe(server.url)
  }
})
