// A real Node-RED without its editor, with a flow file; flows begin at HTTP and answer there.

import { spawn } from 'node:child_process'
import { mkdtemp, mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { freePort, until } from './arno.js'

const require = createRequire(import.meta.url)
const RED = join(dirname(require.resolve('node-red/package.json')), 'red.js')
const BLOCKS = join(import.meta.dirname, '../../../node-red')

export class NodeRed {
  /** Starts it with these nodes beside the ones that every flow begins and ends with. */
  static async start(nodes, credentials, settings = {}) {
    const folder = await mkdtemp(join(tmpdir(), 'node-red-'))
    const port = await freePort()
    const own = {
      uiPort: port,
      uiHost: '127.0.0.1',
      flowFile: 'flows.json',
      credentialSecret: false,
      httpAdminRoot: false,
      telemetry: { enabled: false },
      logging: { console: { level: 'info', metrics: false, audit: false } },
      ...settings,
    }
    await writeFile(join(folder, 'settings.js'), `module.exports = ${JSON.stringify(own)}`)
    await writeFile(join(folder, 'flows.json'), JSON.stringify(nodes))
    await writeFile(join(folder, 'flows_cred.json'), JSON.stringify(credentials))
    await writeFile(
      join(folder, 'package.json'),
      JSON.stringify({ name: 'flows', version: '0.0.1', dependencies: { 'node-red-contrib-arno': '*' } }),
    )
    await mkdir(join(folder, 'node_modules'))
    await symlink(BLOCKS, join(folder, 'node_modules/node-red-contrib-arno'))
    const child = spawn(process.execPath, [RED, '--userDir', folder], {
      env: { PATH: process.env.PATH, HOME: folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const red = new NodeRed()
    Object.assign(red, { folder, child, url: `http://127.0.0.1:${port}`, log: '' })
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', part => {
        red.log += part
      })
    }
    try {
      await until(
        () => red.log,
        log => log.includes('Started flows') || child.exitCode !== null,
      )
    } catch (error) {
      throw new Error(`${error.message}\n${red.log}`)
    }
    return red
  }

  /** What a flow answers to this payload. */
  async send(place, payload = {}) {
    const answer = await fetch(`${this.url}/${place}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(payload),
    })
    return answer.json()
  }

  async stop() {
    const ended = new Promise(resolve => this.child.once('exit', resolve))
    this.child.kill('SIGTERM')
    await ended
    await rm(this.folder, { recursive: true, force: true })
  }
}

/** A flow from HTTP through one block and back. */
export function flow(place, block) {
  const id = name => `${place}-${name}`
  return [
    { id: id('tab'), type: 'tab', label: place },
    { id: id('in'), z: id('tab'), type: 'http in', url: `/${place}`, method: 'post', wires: [[id('block')]] },
    { ...block, id: id('block'), z: id('tab'), wires: [[id('out')]] },
    { id: id('out'), z: id('tab'), type: 'http response', wires: [] },
  ]
}
