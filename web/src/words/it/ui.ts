import type { Words } from '..'

export const ui: Words['ui'] = {
  cancel: 'Annulla',
  close: 'Chiudi',
  copied: 'Copiato',
  details: 'Dettagli',
  dismiss: 'Chiudi avviso',
  loading: 'Caricamento',
  noMatch: 'Nessuna corrispondenza',
  notices: 'Avvisi',
  retry: 'Riprova',
  undo: 'Annulla azione',
  undoFailed: 'Impossibile annullare',
}
