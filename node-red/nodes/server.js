// Where the gateway is, and who calls: Arno's own token, or a user of an OpenID provider.

const { login } = require('./login')

module.exports = function (RED) {
  function Server(config) {
    RED.nodes.createNode(this, config)
    const base = (config.url || '').replace(/\/+$/, '')
    const { token, user, password, client_secret: secret } = this.credentials ?? {}
    const missing = () => Promise.reject(new Error('Access token is missing or invalid'))
    const client = config.client || 'nodered'
    const signedIn = config.realm ? login({ realm: config.realm, client, secret, user, password }) : missing
    this.place = path => `${base}/clearml/serve/${path}`
    /** The caller's token; rejects with the reason when there is none. */
    this.token = token ? () => Promise.resolve(token) : signedIn
  }
  RED.nodes.registerType('arno-server', Server, {
    credentials: {
      token: { type: 'password' },
      user: { type: 'text' },
      password: { type: 'password' },
      client_secret: { type: 'password' },
    },
  })
}
