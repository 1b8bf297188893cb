const { onDemand } = require('./blocks')

module.exports = RED => RED.nodes.registerType('arno-on-demand', onDemand(RED))
