import type { Words } from '..'
import { many, tasksOf } from './many'

const object = (count: number, name: string) => (count === 1 ? name : tasksOf(count))
const done = (one: string, more: string) => (count: number, name: string) =>
  `${count === 1 ? one : more}: ${object(count, name)}`

export const actions: Words['actions'] = {
  verbs: {
    enqueue: 'Accoda',
    dequeue: 'Togli dalla coda',
    abort: 'Interrompi',
    clone: 'Clona',
    reset: 'Reimposta',
    publish: 'Pubblica',
    tag: 'Tag',
    move: 'Sposta',
    archive: 'Archivia',
    restore: 'Ripristina',
    delete: 'Elimina',
  },
  done: {
    enqueue: done('Accodato', 'Accodati'),
    dequeue: done('Tolto dalla coda', 'Tolti dalla coda'),
    abort: done('Interrotto', 'Interrotti'),
    clone: (_, name) => `Clonato: ${name}`,
    reset: done('Reimpostato', 'Reimpostati'),
    publish: done('Pubblicato', 'Pubblicati'),
    tag: (count, name) => `Tag modificati: ${object(count, name)}`,
    move: done('Spostato', 'Spostati'),
    archive: done('Archiviato', 'Archiviati'),
    restore: done('Ripristinato', 'Ripristinati'),
    delete: done('Eliminato', 'Eliminati'),
  },
  on: (verb, count, name) => `${verb}: ${object(count, name)}`,
  qualify: (some, all) => `${some} di ${all}`,
  partly: (failed, all, reason) =>
    `${many(failed, { one: '# rifiutato', other: '# rifiutati' })} su ${tasksOf(all)}: ${reason}`,
  failed: (verb, reason) => `${verb}: ${reason}`,
  more: 'Altre azioni',
  abortChildren: 'Interrompi ciò che ha avviato',
  noChildren: 'Nessuno dei suoi task è in attesa o in esecuzione.',
  childrenFailed: 'Impossibile leggere i suoi task',
  showQueue: 'Mostra la coda',
  showWorker: 'Mostra il worker',
  noPlace: 'Non si sa quale worker lo esegue.',
  refusals: {
    readOnly: 'È pubblico e si può solo leggere.',
    notArchived: 'Non è archiviato.',
    archived: 'È già archiviato.',
    archiveFirst: 'Si eliminano solo bozze e task archiviati. Prima va archiviato.',
    restoreFirst: 'È archiviato. Prima va ripristinato.',
    status: (status) => `Non possibile con lo stato «${status}».`,
  },
  save: 'Scarica come JSON',
  saveFailed: 'Impossibile leggere il task',
  share: 'Copia il link',
  shared: 'Link copiato',
  notShared: 'Impossibile copiare il link',
  enqueueDialog: {
    queue: 'Coda',
    hint: 'Un nome che non esiste ancora crea una nuova coda.',
    missing: 'Serve una coda.',
    unwatched:
      'Nessun worker ascolta questa coda. I task aspettano finché non parte un agente che la serve.',
    newQueue: 'Questa coda non esiste ancora. Viene creata e aspetta un agente che la ascolti.',
    watched: (workers) =>
      many(workers, { one: '# worker in ascolto.', other: '# worker in ascolto.' }),
    waiting: (tasks) => `${tasksOf(tasks)} in attesa.`,
    failed: 'Impossibile leggere le code',
    noWorker: 'Nessun worker ascolta questa coda.',
  },
  cloneDialog: {
    name: 'Nome',
    nameShort: 'Un nome ha almeno 3 caratteri.',
    copyOf: (name) => `Clone di ${name}`,
    project: 'Progetto',
    projectHint: 'Un percorso che non esiste ancora viene creato.',
    comment: 'Descrizione',
    edit: 'Clona e modifica',
    run: 'Clona e accoda',
  },
  moveDialog: {
    project: 'Nel progetto',
    missing: 'Serve un progetto.',
  },
  tagDialog: {
    tags: 'Tag',
    add: 'Aggiungi un tag',
    hint: 'Invio aggiunge ciò che è scritto.',
    remove: (tag) => `Rimuovi ${tag}`,
    onSome: (some, all) => `su ${some} di ${all}`,
    save: 'Salva i tag',
  },
  abortDialog: {
    effects: [
      'A uno script in esecuzione si chiede di fermarsi, con il tempo per farlo; uno in attesa esce dalla coda.',
      'Ciò che è stato registrato finora resta. I passi di una pipeline si fermano con essa.',
    ],
  },
  resetDialog: {
    effects: [
      'Ciò che ha registrato va perso: console, scalari, grafici, campioni, modelli di output non pubblicati.',
      'Codice, parametri e configurazione restano, e torna a essere una bozza.',
    ],
    files: 'Elimina anche i suoi file dal file server',
  },
  publishDialog: {
    effects: [
      'Dopo non si può modificare più nulla, e non si può reimpostare.',
      'Il suo ultimo modello di output viene pubblicato insieme.',
    ],
  },
  deleteDialog: {
    tasks: (count) => `${tasksOf(count)} con console, scalari, grafici e campioni.`,
    models: (count) =>
      count === 0
        ? 'Nessun modello di output.'
        : `${many(count, { one: '# modello di output', other: '# modelli di output' })}; restano quelli pubblicati o usati altrove.`,
    artifacts: (count) =>
      count === 0
        ? 'Nessun artefatto.'
        : many(count, { one: '# artefatto.', other: '# artefatti.' }),
    children: 'I task che ne derivano restano.',
    counting: 'Conto ciò che va perso con esso',
    final: 'Non si può tornare indietro.',
    files: 'Elimina anche i loro file dal file server',
  },
  newTask: {
    title: 'Nuovo task',
    name: 'Nome',
    project: 'Progetto',
    type: 'Tipo',
    repository: 'Repository',
    repositoryHint: 'Da dove l’agente clona il codice; vuoto per uno script che non ne ha.',
    checkout: 'Checkout di',
    revisions: { branch: 'Branch', tag: 'Tag', version_num: 'Commit' },
    revision: 'Nome',
    revisionHint: 'Vuoto per l’ultimo commit del branch predefinito.',
    text: 'Testo dello script',
    textHint: 'Ciò che viene eseguito quando non c’è un repository.',
    codeMissing: 'Serve un repository o il testo di uno script.',
    projectMissing: 'Serve un progetto.',
    projectsFailed: 'Impossibile leggere i progetti',
    script: 'Script',
    scriptHint: 'Percorso dello script, oppure -m e un modulo.',
    scriptMissing: 'Serve il percorso dello script nel repository.',
    folder: 'Cartella di lavoro',
    binary: 'Interprete',
    parameters: 'Argomenti',
    parametersHint: 'Un nome=valore per riga; formano la sezione Args.',
    parameterWrong: (line) => `Questa riga non è nome=valore: ${line}`,
    packages: 'Pacchetti',
    packagesHint: 'Come in requirements.txt; se vuoto, l’agente guarda nel repository.',
    image: 'Immagine del container',
    containerArguments: 'Argomenti del container',
    setup: 'Script di preparazione',
    output: 'Destinazione dell’output',
    outputHint: 'Dove vanno modelli e artefatti; vuoto per il file server.',
    comment: 'Descrizione',
    draft: 'Salva come bozza',
    run: 'Crea e accoda',
  },
}
