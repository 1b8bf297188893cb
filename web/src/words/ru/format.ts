import type { Words } from '..'

export const format: Words['format'] = {
  bytes: ['Б', 'КиБ', 'МиБ', 'ГиБ', 'ТиБ', 'ПиБ'],
  units: { day: ' д', hour: ' ч', minute: ' мин', second: ' с' },
  now: 'сейчас',
  secondsAgo: (count) => `${count} с назад`,
  minutesAgo: (count) => `${count} мин назад`,
  hoursAgo: (count) => `${count} ч назад`,
  daysAgo: (count) => `${count} д назад`,
}
