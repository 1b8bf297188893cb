import type { Words } from '..'

export const plots: Words['plots'] = {
  title: 'Графики',
  filter: 'Фильтр графиков',
  iterations: 'Итерации',
  latest: 'Последняя итерация',
  latestMany: (count) => `Последние итерации: ${count}`,
  iteration: (iteration) => `итерация ${iteration}`,
  enlarge: (name) => `Увеличить ${name}`,
  savePicture: 'Сохранить как PNG',
  saveTable: 'Сохранить как CSV',
  saveData: 'Сохранить как JSON',
  previousPlot: 'Предыдущий график',
  nextPlot: 'Следующий график',
  failed: 'Не удалось прочитать графики',
  plotlyFailed: 'Не удалось загрузить Plotly',
  broken: 'Этот график нельзя показать.',
  noneYet: 'Графиков пока нет. Они появятся здесь, как только задача их пришлёт.',
  none: 'Эта задача не прислала графиков.',
  noMatch: 'Графика с таким именем нет.',
  pictureFailed: 'Не удалось создать изображение',
  nothingThere: 'На этой итерации графика нет.',
}
