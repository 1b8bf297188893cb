// The same blocks under the first package's names, so that flows made with it load. Where that package
// is installed, too, it keeps its names: these are switched on by `arnoOriginalNames: true` in
// Node-RED's settings.js. A block takes its `server`, or the authentication node that old flows name.

const { enqueue, onDemand } = require('./blocks')
const { login } = require('./login')

module.exports = function (RED) {
  const { settings } = RED
  if (!settings.arnoOriginalNames) return

  function Authentication(config) {
    RED.nodes.createNode(this, config)
    const domain = (config.domain || '').replace(/\/+$/, '')
    const base = (settings.arnoServer || domain).replace(/\/+$/, '')
    const { user, password } = this.credentials ?? {}
    this.place = path => `${base}/clearml/serve/${path}`
    this.token = login({
      realm: settings.keycloakBaseUri || `${domain}/auth/realms/master/`,
      client: settings.keycloakClientid || 'nodered-iotedge',
      secret: settings.keycloakClientsecret,
      user: user ?? '',
      password: password ?? '',
    })
  }
  RED.nodes.registerType('snap4city-authentication-clearml', Authentication, {
    credentials: { user: { type: 'text' }, password: { type: 'password' } },
  })
  RED.nodes.registerType('clearml-serving-enqueue', enqueue(RED))
  RED.nodes.registerType('clearml-serving-ondemand', onDemand(RED))
}
