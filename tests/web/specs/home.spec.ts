import { expect, signIn, test } from '../support/fixtures.ts'
import { Seed } from '../support/seed.ts'
import { startServer } from '../support/server.ts'

test('home tells what runs, what failed and what waits for a worker', async ({
  signedIn,
  seed,
}) => {
  const project = await seed.project('Home')
  const running = await seed.task({ name: 'seen running', project })
  await seed.started(running)
  const failed = await seed.task({ name: 'seen failing', project })
  await seed.started(failed)
  await seed.failed(failed)
  const queue = await seed.queue('home: nobody listens')
  await seed.enqueued(await seed.task({ name: 'waits', project }), queue)

  await signedIn.goto('/')
  const section = (name: string) => signedIn.getByRole('region', { name })
  await expect(section('Running now')).toContainText('seen running')
  await expect(section('Failed since yesterday')).toContainText('seen failing')
  await expect(section('Failed since yesterday')).toContainText('out of memory')
  const waiting = section('Queues that wait without a worker')
  await expect(waiting).toContainText('home: nobody listens')
  await expect(waiting).toContainText('clearml-agent daemon --queue')
  await expect(section('Recent projects')).toContainText('Home')

  // The page follows by itself.
  await seed.completed(running)
  await expect(section('Running now')).not.toContainText('seen running')
  await seed.worker('home-worker', [queue])
  await expect(waiting).not.toContainText('home: nobody listens')

  await section('Failed since yesterday').getByRole('link', { name: 'seen failing' }).click()
  await expect(signedIn).toHaveURL(new RegExp(`/tasks/${failed}`))
})

test('a new server leads to the first task', async ({ visitor }) => {
  const server = await startServer()
  try {
    await visitor.goto(`${server.url}/login`)
    await signIn(visitor)
    await expect(visitor).toHaveURL(/\/welcome$/)
    await visitor.getByRole('button', { name: 'Create credentials' }).click()
    const connect = visitor.getByRole('region', { name: 'Let your machine in' })
    await expect(connect).toContainText(/"access_key" = "[A-Z0-9]{30}"/)
    await connect.getByRole('tab', { name: 'Notebook' }).click()
    await expect(connect).toContainText(/%env CLEARML_API_SECRET_KEY=\S+/)
    await connect.getByRole('tab', { name: 'Environment' }).click()
    await expect(connect).toContainText(/export CLEARML_API_HOST="http/)

    await expect(visitor.getByText('Waiting for your first task…')).toBeVisible()
    const seed = new Seed(server)
    const task = await seed.task({
      name: 'the very first',
      project: await seed.project('Examples'),
    })
    await visitor.getByRole('link', { name: 'Open the very first' }).click()
    await expect(visitor).toHaveURL(new RegExp(`/tasks/${task}`))
    await visitor.goto(server.url)
    await expect(visitor.getByRole('region', { name: 'Running now' })).toContainText(
      'Nothing runs.',
    )
  } finally {
    await server.stop()
  }
})
