import { formatCount } from '../../format/number'
import type { Words } from '..'
import { many } from './many'

const messages = (count: number) => many(count, { one: '# messaggio', other: '# messaggi' })

export const console: Words['console'] = {
  title: 'Console',
  failed: 'Impossibile leggere la console',
  noneYet: 'Non è stato ancora scritto nulla. Le righe appaiono qui man mano.',
  none: 'Questo task non ha scritto nulla sulla console.',
  noneOfLevel: 'Nessuna riga caricata ha questo livello.',
  noneSince: 'Da allora non è stato scritto nulla.',
  level: 'Livello',
  levels: {
    debug: 'Tutti i livelli',
    info: 'Info e superiori',
    warning: 'Avvisi ed errori',
    error: 'Errori',
  },
  wrap: 'A capo',
  find: 'Cerca nella console',
  previous: 'Precedente (Maiusc Invio)',
  next: 'Successivo (Invio)',
  seeking: 'cerco più indietro',
  found: (nth, all) => `${formatCount(nth)} di ${formatCount(all)}`,
  lines: (count) => many(count, { one: '# riga', other: '# righe' }),
  goToTime: 'Vai a un’ora',
  download: 'Scarica',
  downloadHint: 'Tutta la console come file di testo',
  follow: 'Segui',
  messages,
  lastOf: (count, all) => `ultimi ${formatCount(count)} di ${messages(all)}`,
  someOf: (count, all) => `${formatCount(count)} di ${messages(all)}`,
}
