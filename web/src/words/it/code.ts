import type { Words } from '..'

const KINDS: Record<string, string> = {
  pip: 'Pacchetti (pip)',
  conda: 'Pacchetti (conda)',
  org_pip: 'Pacchetti prima dell’esecuzione (pip)',
  org_conda: 'Pacchetti prima dell’esecuzione (conda)',
}

export const code: Words['code'] = {
  title: 'Codice e ambiente',
  code: 'Codice',
  environment: 'Ambiente',
  source: 'Sorgente',
  changes: 'Modifiche senza commit',
  script: 'Script',
  packages: (kind) => KINDS[kind] ?? `Pacchetti (${kind})`,
  container: 'Container',
  copy: 'Copia',
  noChanges: 'Il codice eseguito era tutto nel commit.',
  noPackages: 'Nessun pacchetto elencato.',
  failed: 'Impossibile leggere il codice',
  fields: {
    repository: 'Repository',
    branch: 'Branch',
    tag: 'Tag',
    version_num: 'Commit',
    working_dir: 'Cartella di lavoro',
    entry_point: 'Script',
    binary: 'Interprete',
    destination: 'Destinazione dell’output',
  },
  containerFields: {
    image: 'Immagine',
    arguments: 'Argomenti',
    setup_shell_script: 'Script di preparazione',
  },
  wrong: {
    repository: 'Un agente clona da un URL, da utente@host:percorso o da un percorso assoluto.',
    commit: 'Un commit ha da 4 a 64 cifre esadecimali. Il branch ha un campo proprio.',
    folder: 'Un percorso dentro il repository non contiene «..».',
    binary: 'Un agente avvia python o una shell.',
    image: 'Il nome di un’immagine non contiene spazi.',
  },
}
