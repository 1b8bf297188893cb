import type { Words } from '..'

export const reports: Words['reports'] = {
  title: 'Report',
  failed: 'Impossibile leggere il report',
  unknown: 'Non c’è un report con questo ID, o non è visibile per te.',
  empty: 'In questo report non c’è ancora scritto nulla.',
}
