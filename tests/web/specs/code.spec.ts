import { expect, test } from '../support/fixtures.ts'

const DIFF = `diff --git a/train.py b/train.py
--- a/train.py
+++ b/train.py
@@ -1,2 +1,2 @@
 import torch
-lr = 0.1
+lr = 0.2
`

const SCRIPT = {
  repository: 'https://example.com/lab/vision.git',
  branch: 'main',
  version_num: 'a1b2c3d4',
  entry_point: 'train.py',
  working_dir: '.',
  binary: 'python3',
  requirements: { pip: 'torch==2.3.1\n' },
  diff: DIFF,
}

test('source, changes, packages and container of a draft are shown and edited', async ({
  signedIn,
  seed,
}) => {
  const task = await seed.task({ name: 'coded', project: await seed.project('Code/Edit') })
  await seed.edit(task, { script: SCRIPT, container: { image: 'python:3.12' } })
  await signedIn.goto(`/tasks/${task}/code`)
  const source = signedIn.getByRole('region', { name: 'Source' })
  await expect(source).toContainText('https://example.com/lab/vision.git')
  await source.getByRole('button', { name: 'Edit' }).click()
  await source.getByLabel('Commit').fill('main')
  await expect(source.getByText(/A commit is 4 to 64 hexadecimal digits/)).toBeVisible()
  await expect(source.getByRole('button', { name: 'Save' })).toBeDisabled()
  await source.getByLabel('Commit').fill('deadbeef')
  await source.getByRole('button', { name: 'Save' }).click()
  await expect(source.getByRole('definition').filter({ hasText: 'deadbeef' })).toBeVisible()

  await signedIn.getByRole('button', { name: 'Uncommitted changes' }).click()
  const changes = signedIn.getByRole('region', { name: 'Uncommitted changes' }).last()
  await expect(changes).toContainText('11import torch')
  await expect(changes).toContainText('2−lr = 0.1')
  await expect(changes).toContainText('2+lr = 0.2')
  await expect(signedIn).toHaveURL(/show=changes/)

  await signedIn.getByRole('button', { name: 'Packages (pip)' }).click()
  const packages = signedIn.getByRole('region', { name: 'Packages (pip)' })
  await packages.getByRole('button', { name: 'Edit' }).click()
  await packages.getByRole('textbox').click()
  await signedIn.keyboard.press('Control+A')
  await signedIn.keyboard.type('numpy==1.26.4')
  await packages.getByRole('button', { name: 'Save' }).click()
  await expect(packages.getByRole('button', { name: 'Edit' })).toBeVisible()
  await expect(packages.getByRole('textbox')).toHaveText('numpy==1.26.4')

  await signedIn.getByRole('button', { name: 'Container' }).click()
  await expect(signedIn.getByLabel('Image')).toHaveValue('python:3.12')
})

test('a run can only be read', async ({ signedIn, seed }) => {
  const task = await seed.task({ name: 'ran', project: await seed.project('Code/Read') })
  await seed.edit(task, { script: { ...SCRIPT, diff: 'import os\nprint(1)\n' } })
  await seed.started(task)
  await signedIn.goto(`/tasks/${task}/code`)
  await expect(signedIn.getByRole('button', { name: 'Edit' })).toBeDisabled()
  await signedIn.getByRole('button', { name: 'Script', exact: true }).click()
  await expect(signedIn.getByRole('textbox', { name: 'Script' })).toContainText('print(1)')
})
