// An Arno server on a data directory of its own, as the program's users run it.

import { spawn, execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const BINARY = process.env.ARNO_BIN
const run = promisify(execFile)

export async function freePort() {
  const server = createServer()
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address()
  await new Promise(resolve => server.close(resolve))
  return port
}

/** Asks until the answer is what was hoped for; fails with what came last. */
export async function until(ask, good, seconds = 60) {
  const end = Date.now() + seconds * 1000
  for (;;) {
    let last
    try {
      last = await ask()
      if (good(last)) return last
    } catch (error) {
      last = error
    }
    if (Date.now() > end) throw new Error(`in vain: ${JSON.stringify(last) ?? last}`)
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

export class Arno {
  static async start(settings = {}) {
    const folder = await mkdtemp(join(tmpdir(), 'arno-gateway-'))
    const [web, api, files] = [await freePort(), await freePort(), await freePort()]
    const environment = {
      PATH: process.env.PATH,
      ARNO_DATA_DIR: join(folder, 'data'),
      ARNO_WEB_PORT: `${web}`,
      ARNO_API_PORT: `${api}`,
      ARNO_FILES_PORT: `${files}`,
      ARNO_ADMIN_PASSWORD: 'gateway-tests',
      ARNO_LOG: 'warn',
      ...settings,
    }
    const child = spawn(BINARY, ['server'], { env: environment, stdio: ['ignore', 'ignore', 'inherit'] })
    const arno = new Arno(folder, environment, child, web, api)
    await until(() => fetch(`http://127.0.0.1:${api}/readyz`), answer => answer.ok)
    const basic = Buffer.from('admin:gateway-tests').toString('base64')
    arno.token = (await arno.call('auth.login', {}, `Basic ${basic}`)).token
    return arno
  }

  constructor(folder, environment, child, web, api) {
    Object.assign(this, { folder, environment, child, web: `http://127.0.0.1:${web}`, api: `http://127.0.0.1:${api}` })
  }

  async call(endpoint, body = {}, authorization = `Bearer ${this.token}`) {
    const answer = await fetch(`${this.api}/${endpoint}`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    const { data, meta } = await answer.json()
    if (!answer.ok) throw new Error(`${endpoint}: ${meta.result_msg}`)
    return data
  }

  /** Registers something at the gateway. */
  async register(kind, fields) {
    const answer = await fetch(`${this.api}/api/v1/gateway/${kind}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(fields),
    })
    const body = await answer.json()
    if (!answer.ok) throw new Error(`${kind}: ${body.error}`)
    return body
  }

  async calls() {
    const headers = { authorization: `Bearer ${this.token}` }
    return (await fetch(`${this.api}/api/v1/gateway/calls`, { headers })).json()
  }

  /** The last line that a command of the program prints. */
  async command(...words) {
    const { stdout } = await run(BINARY, words, { env: this.environment })
    return stdout.trimEnd().split('\n').at(-1)
  }

  async stop() {
    const ended = new Promise(resolve => this.child.once('exit', resolve))
    this.child.kill('SIGTERM')
    await ended
    await rm(this.folder, { recursive: true, force: true })
  }
}
