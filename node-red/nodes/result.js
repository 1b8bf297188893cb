// Passes on the result of a run that another block started: its state when it has ended.

const { chosen, fail, reason } = require('./client')
const { finished } = require('./blocks')

module.exports = function (RED) {
  function Result(config) {
    RED.nodes.createNode(this, config)
    const server = RED.nodes.getNode(config.server)
    const node = this
    this.on('input', async (msg, send, done) => {
      const given = msg.payload ?? {}
      const task = chosen(config.task_id, given.task_id ?? given.response?.task_id)
      if (!task) return fail(node, msg, send, done, { error: 'Task ID is missing' }, 'no task')
      try {
        if (!server) throw new Error('no server is chosen')
        node.status({ fill: 'blue', shape: 'ring', text: 'running' })
        const run = await finished(server, task, Number(config.wait) || 3600)
        const ended = run.status === 'completed' || run.status === 'published'
        node.status({ fill: ended ? 'green' : 'red', shape: 'dot', text: run.status })
        msg.payload = { status: ended ? 'ok' : 'ko', response: run }
        send(msg)
        done()
      } catch (error) {
        fail(node, msg, send, done, { error: reason(error) }, 'no answer')
      }
    })
  }
  RED.nodes.registerType('arno-result', Result)
}
