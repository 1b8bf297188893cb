import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { dirname, resolve } from 'node:path'
import { Seed } from '../support/seed.ts'
import { CREDENTIALS, type Server } from '../support/server.ts'

const EXAMPLES = resolve(import.meta.dirname, '../../../examples')

/** The examples whose tasks fill the pages, one after another as some build on others. */
const RUN = process.env.EXAMPLES?.split(',') ?? [
  'forecasting.py',
  'report_everything.py',
  'capture_frameworks.py',
  'titanic.py',
  'titanic_pipeline.py',
  'oran_telemetry.py',
  'optimization_base.py',
  'optimization.py',
]

/** What the pictures are of. */
export interface Filled {
  project: string
  running: string
  scalars: string
  plots: string
  samples: string
  console: string
  configuration: string
  artifacts: string
  code: string
  queue: string
  model: string
  report: string
}

/** Runs an example as its reader does; fails with what it printed. */
async function example(server: Server, name: string): Promise<void> {
  const python = process.env.PYTHON
  if (!python) throw new Error('PYTHON names an interpreter with the packages of the examples')
  const child = spawn(python, [resolve(EXAMPLES, name)], {
    cwd: EXAMPLES,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: `${dirname(python)}:${process.env.PATH}`,
      HOME: server.home,
      CLEARML_CACHE_DIR: resolve(server.home, 'cache'),
      CLEARML_SUPPRESS_UPDATE_MESSAGE: '1',
      CLEARML_WEB_HOST: server.url,
      CLEARML_API_HOST: server.url,
      CLEARML_FILES_HOST: server.files,
      CLEARML_API_ACCESS_KEY: CREDENTIALS.key,
      CLEARML_API_SECRET_KEY: CREDENTIALS.secret,
      CLEARML_TASK_NO_REUSE: '1',
      CUDA_VISIBLE_DEVICES: '',
      MPLBACKEND: 'agg',
    },
  })
  const printed: string[] = []
  child.stdout.on('data', (part) => printed.push(String(part)))
  child.stderr.on('data', (part) => printed.push(String(part)))
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`${name} ended with ${code}:\n${printed.join('').slice(-4_000)}`)
}

interface Row {
  id: string
  name: string
}

/** Fills a server with the examples, and with what only a busy lab has: queues, machines, a run under way. */
export async function fill(server: Server): Promise<Filled> {
  const seed = new Seed(server)
  for (const name of RUN) await example(server, name)
  const tasks = async (request: object) =>
    (await seed.call<{ tasks: Row[] }>('tasks.get_all_ex', request)).tasks
  const named = async (pattern: string) => {
    const [task] = await tasks({ name: pattern, order_by: ['-last_update'], page: 0, page_size: 1 })
    if (!task) throw new Error(`no example made a task called ${pattern}`)
    return task.id
  }

  const project = await seed.project(
    'Vision/Road signs',
    '# Road signs\n\nRecognises signs at the roadside from **32 × 32** crops.\n\n| split | images |\n|---|---|\n| train | 34,799 |\n| test | 12,630 |\n\n- baseline: a small convolutional net\n- target: 99 % on the test split\n',
  )
  const running = await sweep(seed, project)
  const queue = await machines(seed, project, running)
  await people(seed)
  await gateway(seed, running)
  return {
    project,
    running,
    scalars: running,
    plots: await named('[Ee]verything'),
    samples: await named('[Ee]verything'),
    console: running,
    configuration: await named('[Ff]orecast'),
    artifacts: await named('[Ff]orecast'),
    code: await named('[Ff]orecast'),
    queue,
    model: await firstModel(seed),
    report: await report(seed, project),
  }
}

/** Trainings of one net with different rates; the last one still runs. */
async function sweep(seed: Seed, project: string): Promise<string> {
  const rates = ['0.1', '0.03', '0.01', '0.003', '0.001', '0.0003', '0.0001']
  let last = ''
  let parent: string | undefined
  for (const [at, lr] of rates.entries()) {
    last = await seed.task({
      name: `resnet-18 sweep ${at + 1}`,
      project,
      tags: at % 2 === 0 ? ['baseline'] : ['sweep', 'augmented'],
      parameters: { lr, epochs: '40', batch_size: at > 3 ? '128' : '64', optimizer: 'adamw' },
      ...(parent && { parent }),
    })
    parent ??= last
    await seed.started(last)
    const steps = at === rates.length - 1 ? 260 : 400
    await seed.scalars(last, curves(steps, Number(lr), at))
    if (at === 2) await seed.failed(last)
    else if (at === 4) await seed.call('tasks.stopped', { task: last, force: true })
    else if (at < rates.length - 1) await seed.completed(last)
  }
  await seed.call('tasks.edit', { task: last, force: true, runtime: { progress: '64' } })
  await seed.log(last, consoleOf(last))
  return last
}

/** Loss and accuracy as a training reports them; the same every time. */
function curves(steps: number, lr: number, salt: number) {
  const noise = (step: number, of: number) =>
    Math.sin(step * 12.9898 + (salt + of) * 78.233) * 0.5 +
    Math.sin(step * 4.1414 + of * 9.1 + salt) * 0.5
  const pace = 0.006 + Math.min(lr, 0.01) * 1.2
  return Array.from({ length: steps }, (_, step) => {
    const fit = Math.exp(-step * pace)
    const values: [string, string, number][] = [
      ['loss', 'train', 0.08 + 2.2 * fit + 0.05 * noise(step, 1) * (0.3 + fit)],
      ['loss', 'test', 0.14 + 2.1 * fit + 0.03 * noise(step, 2) * (0.5 + fit)],
      ['accuracy', 'train', 0.985 - 0.9 * fit + 0.008 * noise(step, 3)],
      ['accuracy', 'test', 0.955 - 0.87 * fit + 0.006 * noise(step, 4)],
      ['learning rate', 'lr', lr * (0.5 + 0.5 * Math.cos((Math.PI * step) / 400))],
      ['gradient norm', 'all', 1.4 * fit + 0.3 + 0.12 * Math.abs(noise(step, 5))],
    ]
    return values.map(([metric, variant, value]) => ({ metric, variant, iter: step, value }))
  }).flat()
}

function consoleOf(task: string) {
  const start = Date.now() - 900_000
  const head = [
    `task ${task.slice(0, 8)} on gpu-node-1, python 3.13, torch 2.9`,
    '\u001b[36mdataset\u001b[0m road-signs 1.4.0: 34,799 images, 43 classes',
    '\u001b[33mwarning\u001b[0m 12 images are smaller than 16 pixels and are skipped',
  ]
  const epochs = Array.from({ length: 26 }, (_, epoch) => {
    const loss = 0.08 + 2.2 * Math.exp(-epoch * 0.16)
    const accuracy = 0.955 - 0.87 * Math.exp(-epoch * 0.16)
    return `epoch ${String(epoch + 1).padStart(2)}/40  loss ${loss.toFixed(4)}  accuracy \u001b[32m${accuracy.toFixed(4)}\u001b[0m  12.${epoch % 10} s`
  })
  return [...head, ...epochs].map((msg, at) => ({
    msg,
    timestamp: start + at * 30_000,
    ...(at === 2 && { level: 'warning' }),
  }))
}

/** Machines with what they run, and queues of which one has nobody to take from it. */
async function machines(seed: Seed, project: string, running: string): Promise<string> {
  const queue = await seed.queue('gpu')
  const lonely = await seed.queue('large memory')
  for (const name of ['efficientnet-b0', 'vit-small', 'convnext-tiny'])
    await seed.enqueued(await seed.task({ name, project, tags: ['next'] }), queue)
  await seed.enqueued(await seed.task({ name: 'embed all images', project }), lonely)
  await seed.worker('gpu-node-1:gpu0', [queue], running)
  await seed.worker('gpu-node-1:gpu1', [queue])
  await seed.worker('cpu-node-4', [queue])
  for (const [at, worker] of ['gpu-node-1:gpu0', 'gpu-node-1:gpu1', 'cpu-node-4'].entries()) {
    for (let ago = 60; ago >= 0; ago -= 1) {
      await seed.call('workers.status_report', {
        worker,
        timestamp: Date.now() - ago * 60_000,
        queues: [queue],
        ...(at === 0 && { task: running }),
        machine_stats: {
          cpu_usage: [40 + at * 12 + 9 * Math.sin(ago / 4)],
          memory_used: 9_000 + at * 2_500 + 300 * Math.sin(ago / 7),
          memory_free: 23_000 - at * 2_500,
          network_rx: 12 + 4 * Math.sin(ago / 3),
          network_tx: 3 + Math.sin(ago / 5),
          ...(at < 2 && {
            gpu_usage: [at === 0 ? 88 + 6 * Math.sin(ago / 2) : 2],
            gpu_memory_used: [at === 0 ? 9_800 : 400],
            gpu_memory_free: [at === 0 ? 6_500 : 15_900],
          }),
        },
      })
    }
  }
  return queue
}

async function people(seed: Seed): Promise<void> {
  const { user } = await seed.call<{ user: { company: { id: string } } }>(
    'users.get_current_user',
    {},
  )
  for (const [name, role] of [
    ['Researcher', 'user'],
    ['Team lead', 'superuser'],
    ['Reader', 'guest'],
  ]) {
    const email = `${name?.toLowerCase().replace(' ', '.')}@example.org`
    await seed.call('auth.create_user', { name, email, role, company: user.company.id })
  }
}

async function gateway(seed: Seed, task: string): Promise<void> {
  const machine = await seed.own<{ task: string }>('gateway/machines', {
    service: true,
    url: 'http://127.0.0.1:9/serve',
    description: 'Heat maps of traffic',
  })
  const endpoint = await seed.own<{ id: string }>('gateway/endpoints', {
    machine: machine.task,
    endpoint: 'heatmap',
    description: 'Density on a grid',
  })
  const template = await seed.own<{ id: string }>('gateway/tasks', {
    task,
    queue: 'gpu',
    description: 'Trains on a new district',
  })
  await seed.own('gateway/apis', {
    path: 'mobility/heatmap',
    mode: 'stable',
    target: endpoint.id,
    description: 'Where people are, by hour',
    open: true,
  })
  await seed.own('gateway/apis', {
    path: 'mobility/train',
    mode: 'sporadic',
    target: template.id,
    description: 'A model for a district',
  })
  await seed.own('gateway/plans', { title: 'Research', per_day: 100, price: 0, requestable: true })
}

async function firstModel(seed: Seed): Promise<string> {
  const request = { order_by: ['-last_update'], page: 0, page_size: 1 }
  const { models } = await seed.call<{ models: Row[] }>('models.get_all_ex', request)
  if (!models[0]) throw new Error('no example made a model')
  return models[0].id
}

async function report(seed: Seed, project: string): Promise<string> {
  const { id } = await seed.call<{ id: string }>('reports.create', {
    name: 'Which learning rate',
    project,
    tags: ['weekly'],
  })
  const text =
    '## Summary\n\nRates between **0.003** and **0.01** reach 95 % on the test split within 20 epochs.\n\n| rate | accuracy | epochs |\n|---|---|---|\n| 0.01 | 0.953 | 18 |\n| 0.003 | 0.951 | 24 |\n| 0.0003 | 0.912 | 40 |\n\n> Rates above 0.03 diverge.\n\nNext: the same with stronger augmentation.\n'
  await seed.call('reports.update', { task: id, report: text })
  return id
}
