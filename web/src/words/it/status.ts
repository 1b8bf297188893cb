import type { Words } from '..'

export const status: Words['status'] = {
  draft: 'bozza',
  queued: 'in coda',
  running: 'in esecuzione',
  completed: 'completato',
  failed: 'fallito',
  aborted: 'interrotto',
  published: 'pubblicato',
  unknown: 'sconosciuto',
}
