import type { Words } from '..'

export const models: Words['models'] = {
  title: 'Modelli',
  failed: 'Impossibile leggere il modello',
  unknown: 'Non c’è un modello con questo ID, o non è visibile per te.',
  project: 'Progetto',
  tags: 'Tag',
  updated: 'Aggiornato',
  comment: 'Descrizione',
  labels: 'Etichette',
  label: 'Etichetta',
  number: 'Numero',
  design: 'Struttura della rete',
}
