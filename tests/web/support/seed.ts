import type { Server } from './server.ts'

export interface Point {
  metric: string
  variant: string
  iter: number
  value: number
}

export interface LogLine {
  msg: string
  level?: string
  /** Milliseconds since 1970; now when absent. */
  timestamp?: number
}

export interface SampleFile {
  name: string
  content: string | Uint8Array<ArrayBuffer>
}

export interface NewTask {
  name: string
  project: string
  tags?: string[]
  /** The id of the task it was made from. */
  parent?: string
  parameters?: Record<string, string>
}

/** The iteration that marks a value as reported once. */
const SINGLE = -2147483648

/** Writes what a test looks at, the way a script would: through the API with credentials. */
export class Seed {
  constructor(private readonly server: Server) {}

  async project(name: string, description = ''): Promise<string> {
    const { id } = await this.call<{ id: string }>('projects.create', { name, description })
    return id
  }

  /** Creates a draft. */
  async task({ parameters = {}, ...task }: NewTask): Promise<string> {
    const args = Object.entries(parameters).map(([key, value]) => [
      key,
      { section: 'Args', name: key, value },
    ])
    const { id } = await this.call<{ id: string }>('tasks.create', {
      type: 'training',
      ...task,
      hyperparams: { Args: Object.fromEntries(args) },
    })
    return id
  }

  async started(task: string): Promise<void> {
    await this.call('tasks.started', { task })
  }

  async queue(name: string): Promise<string> {
    const { id } = await this.call<{ id: string }>('queues.create', { name })
    return id
  }

  async enqueued(task: string, queue: string): Promise<void> {
    await this.call('tasks.enqueue', { task, queue })
  }

  /** The ids of the tasks that wait in a queue, the next first. */
  async waiting(queue: string): Promise<string[]> {
    const answer = await this.call<{ queue: { entries: { task: string }[] } }>('queues.get_by_id', {
      queue,
    })
    return answer.queue.entries.map(({ task }) => task)
  }

  /** Has a machine report that it listens to queues, and runs a task. */
  async worker(id: string, queues: string[], task?: string): Promise<void> {
    await this.call('workers.register', { worker: id, queues, timeout: 600 })
    const report = { worker: id, timestamp: Date.now(), queues, ...(task && { task }) }
    await this.call('workers.status_report', report)
  }

  async completed(task: string): Promise<void> {
    await this.call('tasks.completed', { task })
  }

  async failed(task: string): Promise<void> {
    await this.call('tasks.failed', { task, status_reason: 'out of memory' })
  }

  async scalars(task: string, points: Point[]): Promise<void> {
    await this.events(points.map((point) => ({ ...point, task, type: 'training_stats_scalar' })))
  }

  async singleValue(task: string, name: string, value: number): Promise<void> {
    await this.scalars(task, [{ metric: 'Summary', variant: name, iter: SINGLE, value }])
  }

  async log(task: string, lines: LogLine[]): Promise<void> {
    const now = Date.now()
    await this.events(lines.map((line) => ({ timestamp: now, ...line, task, type: 'log' })))
  }

  async archived(task: string): Promise<void> {
    await this.call('tasks.archive_many', { ids: [task] })
  }

  /** Writes fields of a draft. */
  async edit(task: string, fields: object): Promise<void> {
    await this.call('tasks.edit', { task, ...fields })
  }

  async plot(task: string, metric: string, variant: string, iter: number, figure: object) {
    const plot_str = JSON.stringify(figure)
    await this.events([{ type: 'plot', task, metric, variant, iter, plot_str }])
  }

  /** Uploads a file and reports it as a debug sample. */
  async sample(task: string, metric: string, variant: string, iter: number, file: SampleFile) {
    const url = await this.file(`${task}/${metric}/${variant}/${iter}/${file.name}`, file.content)
    const key = `${metric}/${variant}/${iter}`
    await this.events([{ type: 'training_debug_image', task, metric, variant, iter, url, key }])
  }

  /** Uploads a file; returns its address. */
  async file(path: string, content: string | Uint8Array<ArrayBuffer>): Promise<string> {
    const form = new FormData()
    form.append(path, new Blob([content]), path)
    const { token } = await this.call<{ token: string }>('auth.login', {})
    const headers = { Authorization: `Bearer ${token}` }
    const response = await fetch(this.server.files, { method: 'POST', headers, body: form })
    if (!response.ok) throw new Error(`upload: ${response.status} ${await response.text()}`)
    return `${this.server.files}/${path}`
  }

  async artifact(task: string, artifact: object): Promise<void> {
    await this.call('tasks.add_or_update_artifacts', { task, artifacts: [artifact] })
  }

  async call<Answer>(endpoint: string, body: object): Promise<Answer> {
    return (await this.post(endpoint, JSON.stringify(body), 'application/json')) as Answer
  }

  /** Makes something through Arno's own interface. */
  async own<Answer>(path: string, body: object): Promise<Answer> {
    const response = await fetch(`${this.server.url}/api/v1/${path}`, {
      method: 'POST',
      headers: { Authorization: this.server.authorization, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return (await response.json()) as Answer
  }

  private async events(events: object[]): Promise<void> {
    // NaN has no JSON, but the wire knows it.
    const lines = events.map((event) => JSON.stringify(event, markNaN).replaceAll('"<NaN>"', 'NaN'))
    await this.post('events.add_batch', lines.join('\n'), 'application/json-lines')
  }

  private async post(endpoint: string, body: string, type: string): Promise<unknown> {
    const response = await fetch(`${this.server.url}/v2.34/${endpoint}`, {
      method: 'POST',
      headers: { Authorization: this.server.authorization, 'Content-Type': type },
      body,
    })
    const answer = (await response.json()) as { meta: { result_msg: string }; data: unknown }
    if (!response.ok) throw new Error(`${endpoint}: ${response.status} ${answer.meta.result_msg}`)
    return answer.data
  }
}

function markNaN(_: string, value: unknown): unknown {
  return Number.isNaN(value) ? '<NaN>' : value
}
