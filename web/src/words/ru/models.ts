import type { Words } from '..'

export const models: Words['models'] = {
  title: 'Модели',
  failed: 'Не удалось прочитать модель',
  unknown: 'Модели с таким ID нет, или она вам недоступна.',
  project: 'Проект',
  tags: 'Теги',
  updated: 'Обновлена',
  comment: 'Описание',
  labels: 'Метки',
  label: 'Метка',
  number: 'Номер',
  design: 'Структура сети',
}
