import { expect, test } from '../support/fixtures.ts'

test('tables, JSON, images and notebooks are looked at in place', async ({ signedIn, seed }) => {
  const task = await seed.task({ name: 'kept', project: await seed.project('Artifacts/Kinds') })
  const image = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
  const files = {
    'table.csv': 'name,score\n"a, b",0.5\nc,1\n',
    'data.json': '{"auc":0.93}',
    'photo.svg': image,
    'notebook.html': '<p>a notebook</p><script>try { top.hostile = 1 } catch {}</script>',
  }
  for (const [name, content] of Object.entries(files)) {
    const uri = await seed.file(`${task}/artifacts/${name}`, content)
    const artifact = { key: name, type: 'custom', mode: 'output', uri, hash: 'f00d' }
    await seed.artifact(task, { ...artifact, content_size: content.length })
  }
  await seed.artifact(task, {
    key: 'array',
    type: 'numpy',
    uri: 's3://bucket/array.npz',
    type_data: { preview: 'array([1, 2])' },
  })
  await signedIn.goto(`/tasks/${task}/artifacts`)
  const list = signedIn.getByRole('navigation', { name: 'Artifacts and models' })
  await list.getByRole('button', { name: /^table.csv/ }).click()
  await expect(signedIn.getByRole('row')).toHaveText(['namescore', 'a, b0.5', 'c1'])
  await expect(signedIn.getByText('f00d')).toBeVisible()
  await list.getByRole('button', { name: /^data.json/ }).click()
  await expect(signedIn.getByRole('textbox', { name: 'data.json' })).toContainText('"auc": 0.93')
  await list.getByRole('button', { name: /^photo.svg/ }).click()
  const shown = signedIn.getByRole('img', { name: 'photo.svg' })
  await expect.poll(() => shown.evaluate((each: HTMLImageElement) => each.naturalWidth)).toBe(9)
  await list.getByRole('button', { name: /^notebook.html/ }).click()
  await expect(signedIn.frameLocator('iframe').getByText('a notebook')).toBeVisible()
  await list.getByRole('button', { name: /^array/ }).click()
  await expect(signedIn.getByRole('textbox', { name: 'array' })).toContainText('array([1, 2])')
  await expect(signedIn).toHaveURL(/show=artifact:array/)
  expect(await signedIn.evaluate(() => 'hostile' in window)).toBe(false)
})

test('an artifact is downloaded, and deleted after a question', async ({ signedIn, seed }) => {
  const task = await seed.task({ name: 'dropped', project: await seed.project('Artifacts/Delete') })
  const uri = await seed.file(`${task}/artifacts/notes.txt`, 'some notes')
  await seed.artifact(task, { key: 'notes', type: 'custom', uri })
  await signedIn.goto(`/tasks/${task}/artifacts`)
  const download = signedIn.waitForEvent('download')
  await signedIn.getByRole('link', { name: 'Download' }).click()
  expect((await download).suggestedFilename()).toBe('notes.txt')
  await signedIn.getByRole('button', { name: 'Delete' }).click()
  const dialog = signedIn.getByRole('dialog', { name: 'Delete the artifact notes?' })
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await expect(signedIn.getByText('This task kept no artifact and no model.')).toBeVisible()
})
