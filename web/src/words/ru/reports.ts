import type { Words } from '..'

export const reports: Words['reports'] = {
  title: 'Отчёты',
  failed: 'Не удалось прочитать отчёт',
  unknown: 'Отчёта с таким ID нет, или он вам недоступен.',
  empty: 'В этом отчёте пока ничего не написано.',
}
