import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const BINARY = process.env.ARNO_BIN ?? resolve(import.meta.dirname, '../../../target/ci/arno')

/** How long a server may take until it is ready (milliseconds). */
const START_LIMIT = 20_000

export const ADMIN = { username: 'admin', password: 'a password of this test' }

export const CREDENTIALS = { key: 'WEBTESTSACCESSKEY0000000000000', secret: 'web-tests-secret-key' }

/** A running Arno with a data directory of its own. */
export interface Server {
  url: string
  /** Where files are kept: an origin of its own. */
  files: string
  /** A directory that is gone once the server has stopped. */
  home: string
  /** `Authorization` of the administrator's credentials. */
  authorization: string
  stop: () => Promise<void>
}

export async function startServer(): Promise<Server> {
  const data = await mkdtemp(join(tmpdir(), 'arno-web-tests-'))
  const [web, api, files] = await freePorts(3)
  const child = spawn(BINARY, ['server'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HOME: data,
      ARNO_DATA_DIR: join(data, 'data'),
      ARNO_WEB_PORT: String(web),
      ARNO_API_PORT: String(api),
      ARNO_FILES_PORT: String(files),
      ARNO_ADMIN_USER: ADMIN.username,
      ARNO_ADMIN_PASSWORD: ADMIN.password,
      ARNO_ACCESS_KEY: CREDENTIALS.key,
      ARNO_SECRET_KEY: CREDENTIALS.secret,
    },
  })
  const output = collect(child)
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    }
    await rm(data, { recursive: true, force: true })
  }
  const url = `http://127.0.0.1:${web}`
  try {
    await ready(url, child)
  } catch (error) {
    await stop()
    throw new Error(`${BINARY} did not become ready: ${error}\n${output.join('')}`)
  }
  const pair = Buffer.from(`${CREDENTIALS.key}:${CREDENTIALS.secret}`).toString('base64')
  const filesUrl = `http://127.0.0.1:${files}`
  return { url, files: filesUrl, home: data, authorization: `Basic ${pair}`, stop }
}

async function ready(url: string, child: ChildProcess): Promise<void> {
  const limit = Date.now() + START_LIMIT
  while (Date.now() < limit) {
    if (child.exitCode !== null) throw new Error(`it ended with code ${child.exitCode}`)
    const answer = await fetch(`${url}/readyz`).catch(() => null)
    if (answer?.ok) return
    await new Promise((tick) => setTimeout(tick, 25))
  }
  throw new Error(`no answer within ${START_LIMIT} ms`)
}

/** Ports nobody listens on now; all are held until all are known, so that no two are the same. */
async function freePorts(count: number): Promise<number[]> {
  const holders = await Promise.all(
    Array.from({ length: count }, async () => {
      const holder = createServer().listen(0, '127.0.0.1')
      await once(holder, 'listening')
      return holder
    }),
  )
  return await Promise.all(
    holders.map(async (holder) => {
      const address = holder.address()
      const closed = once(holder, 'close')
      holder.close()
      await closed
      return typeof address === 'object' && address ? address.port : 0
    }),
  )
}

function collect(child: ChildProcess): string[] {
  const output: string[] = []
  child.stdout?.on('data', (part) => output.push(String(part)))
  child.stderr?.on('data', (part) => output.push(String(part)))
  child.on('error', (error) => output.push(String(error)))
  return output
}
