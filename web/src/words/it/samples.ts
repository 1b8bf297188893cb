import type { Words } from '..'
import { many } from './many'

export const samples: Words['samples'] = {
  title: 'Campioni di debug',
  metric: 'Metrica',
  allMetrics: 'Tutte le metriche',
  count: (count) => many(count, { one: '# campione', other: '# campioni' }),
  open: (name) => `Apri ${name}`,
  previous: 'Campione precedente (←)',
  next: 'Campione successivo (→)',
  earlier: 'Iterazione precedente (↓)',
  later: 'Iterazione successiva (↑)',
  copyAddress: 'Copia l’indirizzo',
  save: 'Scarica',
  fit: 'Adatta',
  smaller: 'Riduci',
  larger: 'Ingrandisci',
  elsewhere: 'Di questo file si conosce solo la posizione.',
  notShown: 'Questo file non si può mostrare.',
  gone: 'Questo campione non c’è più.',
  failed: 'Impossibile leggere i campioni',
  noneYet: 'Non è stato ancora registrato nessun campione. I campioni appaiono qui man mano.',
  none: 'Questo task non ha registrato campioni di debug.',
  noneOfMetric: 'Questa metrica non ha campioni.',
}
