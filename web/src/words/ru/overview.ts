import type { Words } from '..'
import { many } from './many'

export const overview: Words['overview'] = {
  metrics: 'Метрики',
  noMetrics: 'Метрик пока нет.',
  last: 'последнее',
  min: 'мин',
  max: 'макс',
  changed: 'Отличия от родителя',
  changedParameters: (count) => `Отличается: ${many(count, 'параметр', 'параметра', 'параметров')}`,
  same: 'Все параметры как у родителя.',
  noParent: 'У задачи нет родителя, с которым её сравнить.',
  parentGone: 'Родителя больше нет.',
  here: 'Здесь',
  there: 'Родитель',
  absent: 'нет',
  console: 'Консоль',
  noConsole: 'Ничего не написано.',
  outputs: 'Результаты',
  noOutputs: 'Ничего не сохранено.',
  all: 'Все',
  description: 'Описание',
  failed: 'Не удалось прочитать эту часть',
}
