import type { NewCredential } from '../api/credentials'
import type { ServerUrls } from '../api/server'

/** The contents of a `clearml.conf` that connects a client. */
export function confFile(urls: ServerUrls, keys: NewCredential): string {
  return `api {
  web_server: ${JSON.stringify(urls.web)}
  api_server: ${JSON.stringify(urls.api)}
  files_server: ${JSON.stringify(urls.files)}
  credentials {
    "access_key" = ${JSON.stringify(keys.access_key)}
    "secret_key" = ${JSON.stringify(keys.secret_key)}
  }
}
`
}

/** Lines for a notebook's first cell. */
export function notebook(urls: ServerUrls, keys: NewCredential): string {
  return variables(urls, keys)
    .map(([name, value]) => `%env ${name}=${value}\n`)
    .join('')
}

/** Lines for a shell. */
export function environment(urls: ServerUrls, keys: NewCredential): string {
  return variables(urls, keys)
    .map(([name, value]) => `export ${name}="${value}"\n`)
    .join('')
}

function variables(urls: ServerUrls, keys: NewCredential): [name: string, value: string][] {
  return [
    ['CLEARML_WEB_HOST', urls.web],
    ['CLEARML_API_HOST', urls.api],
    ['CLEARML_FILES_HOST', urls.files],
    ['CLEARML_API_ACCESS_KEY', keys.access_key],
    ['CLEARML_API_SECRET_KEY', keys.secret_key],
  ]
}
