import type { Words } from '..'
import { home as en } from '../en/home'
import { tasksOf } from './many'

export const home: Words['home'] = {
  title: 'Home',
  running: 'In esecuzione ora',
  runningFailed: 'Impossibile leggere che cosa è in esecuzione',
  nothingRuns: 'Niente in esecuzione.',
  failed: 'Falliti da ieri',
  failedFailed: 'Impossibile leggere che cosa è fallito',
  nothingFailed: 'Niente è fallito.',
  waiting: 'Code in attesa senza worker',
  waitingFailed: 'Impossibile leggere le code',
  nothingWaits: 'Nessuna coda aspetta.',
  waits: (tasks) => `${tasksOf(tasks)} in attesa`,
  startAgent: en.startAgent,
  copyAgent: 'Copia il comando che avvia un worker',
  agentHint: 'Un worker li prende appena ne parte uno su una macchina qualsiasi:',
  recent: 'Progetti recenti',
  recentFailed: 'Impossibile leggere i progetti',
  noProjects: 'Non c’è ancora nessun progetto.',
  all: 'Tutti',
  allOf: (what) => `Tutti: ${what}`,
  sinceStart: 'Tempo trascorso dall’avvio',

  noTasks: 'I task appaiono qui appena uno script ne registra uno.',
  toGuide: 'Collega uno script passo per passo',

  guideTitle: 'Il primo task',
  guideIntro:
    'Arno mostra che cosa fanno gli script. Tre passi collegano uno script su qualsiasi macchina.',
  stepConnect: 'Fai entrare la tua macchina',
  stepConnectHint:
    'Una coppia di chiavi dice chi invia i dati. Il segreto si vede solo adesso: va messo subito al suo posto.',
  makeKeys: 'Crea le credenziali',
  keysLabel: 'Primi passi',
  stepRun: 'Esegui uno script',
  stepRunHint: 'Installa il client, salva questo come first.py ed eseguilo.',
  install: en.install,
  script: en.script,
  copyInstall: 'Copia il comando',
  copyScript: 'Copia lo script',
  stepSee: 'Guardalo qui',
  waitingForTask: 'In attesa del primo task…',
  arrived: 'È arrivato.',
  openTask: (name) => `Apri ${name}`,
  watchFailed: 'Impossibile sapere se è arrivato un task',
  skip: 'Vai alla home',
}
