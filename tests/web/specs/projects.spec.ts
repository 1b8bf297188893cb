import { expect, test } from '../support/fixtures.ts'

test('projects are found as cards and as a tree, and the address tells which', async ({
  signedIn,
  seed,
}) => {
  await seed.project('Listed/Inner one')
  await seed.project('Listed/Inner two')
  await signedIn.goto('/projects')
  const card = (name: string) =>
    signedIn.getByRole('article').filter({ has: signedIn.getByRole('link', { name, exact: true }) })
  await expect(card('Listed')).toBeVisible()
  await expect(card('Inner one')).toHaveCount(0)

  await signedIn.getByRole('searchbox').fill('^listed/inner')
  await expect(card('Listed/Inner one')).toBeVisible()
  await expect(card('Listed/Inner two')).toBeVisible()
  await expect(card('Listed')).toHaveCount(0)
  await expect(signedIn).toHaveURL(/q=%5Elisted\/inner/)

  await signedIn.getByRole('searchbox').fill('no project is called so')
  await signedIn.getByRole('button', { name: 'Clear the search' }).click()
  await expect(signedIn.getByRole('searchbox')).toHaveValue('')

  await signedIn.getByRole('button', { name: 'Tree' }).click()
  await signedIn.getByRole('button', { name: 'Show what is below Listed', exact: true }).click()
  await expect(signedIn.getByRole('link', { name: 'Inner two' })).toBeVisible()
  await signedIn.reload()
  await expect(signedIn.getByRole('link', { name: 'Inner two' })).toBeVisible()
  await signedIn.getByRole('link', { name: 'Inner two' }).click()
  await expect(signedIn.getByRole('heading', { level: 1, name: 'Inner two' })).toBeVisible()
  const crumbs = signedIn.getByRole('navigation', { name: 'Breadcrumb' })
  await crumbs.getByRole('link', { name: 'Listed' }).click()
  await expect(signedIn.getByRole('heading', { level: 1, name: 'Listed' })).toBeVisible()
})

test('a pattern that is no regular expression is answered beside the field', async ({
  signedIn,
}) => {
  await signedIn.goto('/projects?q=(')
  await expect(signedIn.getByRole('alert')).toBeVisible()
  await expect(signedIn.getByRole('searchbox')).toHaveAttribute('aria-invalid', 'true')
})

test('a project is created below another, and changed', async ({ signedIn, seed }) => {
  await seed.project('Makers')
  await signedIn.goto('/projects')
  await signedIn.getByRole('button', { name: 'New project' }).click()
  const dialog = signedIn.getByRole('dialog')
  await dialog.getByLabel('Name').fill('with/slash')
  await expect(dialog.getByLabel('Name')).toHaveAttribute('aria-invalid', 'true')
  await dialog.getByLabel('Name').fill('Made here')
  await dialog.getByLabel('Parent').fill('Mak')
  await signedIn.getByRole('option', { name: 'Makers' }).click()
  await expect(dialog.getByLabel('Parent')).toHaveValue('Makers')
  await dialog.getByLabel('Description').fill('Made by a test')
  await dialog.getByRole('button', { name: 'Create project' }).click()
  await expect(dialog).toHaveCount(0)

  await signedIn.goto('/projects?q=Made+here')
  await signedIn.getByRole('button', { name: 'More actions for Made here' }).click()
  await signedIn.getByRole('menuitem', { name: 'Edit' }).click()
  await expect(dialog.getByLabel('Description')).toHaveValue('Made by a test')
  await dialog.getByLabel('Name').fill('Made again')
  await dialog.getByLabel('Tags').fill('one, two, one')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog).toHaveCount(0)
  await signedIn.goto('/projects?q=Made+again')
  await signedIn.getByRole('link', { name: 'Makers/Made again' }).click()
  await expect(signedIn.getByRole('main')).toContainText('one')
  await expect(signedIn.getByRole('main').getByText('two', { exact: true })).toHaveCount(1)
})

test('a name that is taken is refused in the dialog', async ({ signedIn, seed }) => {
  await seed.project('Taken name')
  await signedIn.goto('/projects')
  await signedIn.getByRole('button', { name: 'New project' }).click()
  const dialog = signedIn.getByRole('dialog')
  await dialog.getByLabel('Name').fill('Taken name')
  await dialog.getByRole('button', { name: 'Create project' }).click()
  await expect(dialog.getByRole('alert')).not.toBeEmpty()
  await expect(dialog).toBeVisible()
})

test('a description is written in Markdown, previewed, and harmless', async ({
  signedIn,
  seed,
}) => {
  const project = await seed.project('Described')
  await signedIn.goto(`/projects/${project}`)
  await signedIn.getByRole('button', { name: 'Describe the project' }).click()
  const markdown = [
    '# Findings',
    '**bold** and <script>window.hostile=1</script>',
    '<img src=x onerror="window.hostile=1">',
    '[bad](javascript:window.hostile=1) [good](https://example.org/page)',
    '![picture](https://example.org/spy.png)',
    '| a | b |\n|---|---|\n| 1 | 2 |',
  ].join('\n\n')
  await signedIn.getByRole('textbox', { name: 'Description' }).fill(markdown)
  await signedIn.getByRole('tab', { name: 'Preview' }).click()
  const section = signedIn.getByRole('region', { name: 'Description' })
  await expect(section.getByRole('heading', { name: 'Findings' })).toBeVisible()
  await signedIn.getByRole('button', { name: 'Save' }).click()

  await expect(section.getByRole('button', { name: 'Edit the description' })).toBeVisible()
  await expect(section.getByRole('cell', { name: '2' })).toBeVisible()
  await expect(section.getByText('<script>window.hostile=1</script>')).toBeVisible()
  await expect(section.getByRole('link', { name: 'good' })).toHaveAttribute(
    'href',
    'https://example.org/page',
  )
  await expect(section.getByRole('link', { name: 'picture' })).toBeVisible()
  expect(await section.locator('img, script').count()).toBe(0)
  expect(await section.locator('a[href^="javascript"]').count()).toBe(0)
  await section.getByText('bad').click()
  expect(await signedIn.evaluate(() => 'hostile' in window)).toBe(false)

  await signedIn.reload()
  await expect(section.getByRole('heading', { name: 'Findings' })).toBeVisible()
})

test('an unknown project says so, and a failing call is told in place', async ({ signedIn }) => {
  await signedIn.goto(`/projects/${'0'.repeat(32)}`)
  await expect(signedIn.getByText('There is no project with this id')).toBeVisible()

  await signedIn.route('**/projects.get_all_ex', (route) =>
    route.fulfill({
      status: 403,
      json: {
        meta: { id: 'call-1', result_code: 403, result_subcode: 20, result_msg: 'not for you' },
        data: {},
      },
    }),
  )
  await signedIn.goto('/projects')
  const alert = signedIn.getByRole('alert')
  await expect(alert).toContainText('The projects could not be read')
  await expect(alert).toContainText('not for you')
  await signedIn.unroute('**/projects.get_all_ex')
  await alert.getByRole('button', { name: 'Retry' }).click()
  await expect(alert).toHaveCount(0)
})

test('long and hostile names keep the pages in shape', async ({ signedIn, seed }) => {
  const long = `Shape ${'long '.repeat(40)}end`
  const hostile = 'Shape <img src=x onerror="window.hostile=1">'
  const project = await seed.project(long)
  await seed.project(`${long}/below`)
  await seed.project(hostile)
  await signedIn.setViewportSize({ width: 820, height: 700 })
  for (const path of [
    '/projects?q=Shape',
    '/projects?q=Shape&view=tree',
    `/projects/${project}/overview`,
    `/projects/${project}/projects`,
    '/',
  ]) {
    await signedIn.goto(path)
    await expect(signedIn.getByText(/^Shape|below|Running/).first()).toBeVisible()
    const overflow = await signedIn.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    )
    expect(overflow, path).toBe(0)
  }
  expect(await signedIn.evaluate(() => 'hostile' in window)).toBe(false)
})
