// A user of an OpenID provider's realm, signed in when a token is needed.

const { parsed } = require('./client')

/** A token is renewed after this part of its life, less ten seconds. */
const FRESH = 0.7

/** Returns a function that gives the user's token, or throws. */
function login({ realm, client, secret, user, password }) {
  const place = `${realm.replace(/\/+$/, '')}/protocol/openid-connect/token`
  let state = { token: null, until: 0, refresh: null }

  /** Asks the provider for a token; null when it refuses. */
  async function grant(fields) {
    const who = secret ? { client_id: client, client_secret: secret } : { client_id: client }
    const body = new URLSearchParams({ ...who, ...fields })
    const answer = await fetch(place, { method: 'POST', body, signal: AbortSignal.timeout(30_000) })
    const told = parsed(await answer.text())
    return answer.ok && told?.access_token ? told : null
  }

  return async () => {
    if (state.token && Date.now() < state.until) return state.token
    const refreshed =
      state.refresh && (await grant({ grant_type: 'refresh_token', refresh_token: state.refresh }))
    const answer =
      refreshed ||
      (await grant({ grant_type: 'password', username: user, password, scope: 'openid profile' }))
    if (!answer) throw new Error('Access token is missing or invalid')
    const life = Math.max(0, FRESH * (answer.expires_in ?? 60) - 10) * 1000
    state = { token: answer.access_token, until: Date.now() + life, refresh: answer.refresh_token ?? null }
    return state.token
  }
}

module.exports = { login }
