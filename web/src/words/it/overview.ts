import type { Words } from '..'
import { many } from './many'

export const overview: Words['overview'] = {
  metrics: 'Metriche',
  noMetrics: 'Nessuna metrica registrata.',
  last: 'ultimo',
  min: 'min',
  max: 'max',
  changed: 'Modifiche rispetto all’origine',
  changedParameters: (count) =>
    many(count, { one: '# parametro diverso', other: '# parametri diversi' }),
  same: 'Tutti i parametri sono come nell’origine.',
  noParent: 'Il task non ha un’origine con cui confrontarlo.',
  parentGone: 'L’origine non c’è più.',
  here: 'Qui',
  there: 'Origine',
  absent: 'assente',
  console: 'Console',
  noConsole: 'Non è stato scritto nulla.',
  outputs: 'Output',
  noOutputs: 'Non è stato salvato nulla.',
  all: 'Tutto',
  description: 'Descrizione',
  failed: 'Impossibile leggere questa parte',
}
