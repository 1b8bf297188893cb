const { enqueue } = require('./blocks')

module.exports = RED => RED.nodes.registerType('arno-enqueue', enqueue(RED))
