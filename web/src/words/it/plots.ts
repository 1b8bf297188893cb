import type { Words } from '..'

export const plots: Words['plots'] = {
  title: 'Grafici',
  filter: 'Filtra i grafici',
  iterations: 'Iterazioni',
  latest: 'Ultima iterazione',
  latestMany: (count) => `Ultime ${count} iterazioni`,
  iteration: (iteration) => `iterazione ${iteration}`,
  enlarge: (name) => `Ingrandisci ${name}`,
  savePicture: 'Salva come PNG',
  saveTable: 'Salva come CSV',
  saveData: 'Salva come JSON',
  previousPlot: 'Grafico precedente',
  nextPlot: 'Grafico successivo',
  failed: 'Impossibile leggere i grafici',
  plotlyFailed: 'Impossibile caricare Plotly',
  broken: 'Questo grafico non si può mostrare.',
  noneYet: 'Non è stato ancora registrato nessun grafico. I grafici appaiono qui man mano.',
  none: 'Questo task non ha registrato grafici.',
  noMatch: 'Nessun grafico ha questo nome.',
  pictureFailed: 'Impossibile creare l’immagine',
  nothingThere: 'A questa iterazione non c’è nessun grafico.',
}
