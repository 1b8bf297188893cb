// A real OpenID provider (oidc-provider) with users whose tokens are JWTs, as Keycloak's are.

import { createServer } from 'node:http'
import Provider from 'oidc-provider'
import { exportJWK, generateKeyPair } from 'jose'
import { freePort } from './arno.js'

/** The audience of its tokens. */
export const AUDIENCE = 'urn:arno:gateway'

export class Realm {
  static async start() {
    const realm = new Realm()
    realm.port = await freePort()
    realm.url = `http://127.0.0.1:${realm.port}`
    realm.keys = [await key('first')]
    realm.open()
    await realm.listen()
    return realm
  }

  /** Makes the provider with the present keys. */
  open() {
    const claims = { preferred_username: 'Anna', groups: ['/developers'] }
    this.provider = new Provider(this.url, {
      jwks: { keys: this.keys },
      clients: [
        {
          client_id: 'nodered',
          client_secret: 'a secret of this test',
          grant_types: ['client_credentials'],
          redirect_uris: [],
          response_types: [],
        },
      ],
      features: {
        clientCredentials: { enabled: true },
        devInteractions: { enabled: false },
        introspection: { enabled: true },
        revocation: { enabled: true },
        resourceIndicators: {
          enabled: true,
          defaultResource: () => AUDIENCE,
          getResourceServerInfo: () => ({
            scope: 'call',
            audience: AUDIENCE,
            accessTokenTTL: 300,
            accessTokenFormat: 'jwt',
            jwt: { sign: { alg: 'RS256' } },
          }),
        },
      },
      extraTokenClaims: () => claims,
    })
    this.provider.on('server_error', (_, error) => console.error(error))
    // The realm's token endpoint, where Keycloak and the first blocks have it.
    const answer = this.provider.callback()
    this.answer = (request, response) => {
      if (request.url.startsWith('/protocol/openid-connect/token')) request.url = '/token'
      return answer(request, response)
    }
  }

  async listen() {
    this.server = createServer((request, response) => this.answer(request, response))
    await new Promise(resolve => this.server.listen(this.port, '127.0.0.1', resolve))
  }

  /** Signs with a new key from now on; the old one is still shown. */
  async rotate(name) {
    this.keys = [await key(name), ...this.keys]
    this.open()
  }

  async token() {
    const answer = await fetch(`${this.url}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from('nodered:a+secret+of+this+test').toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'call' }),
    })
    const body = await answer.json()
    if (!answer.ok) throw new Error(JSON.stringify(body))
    return body.access_token
  }

  async stop() {
    this.server.closeAllConnections()
    await new Promise(resolve => this.server.close(resolve))
  }
}

async function key(kid) {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  return { ...(await exportJWK(privateKey)), kid, alg: 'RS256', use: 'sig' }
}
