import type { Words } from '..'

export const ui: Words['ui'] = {
  cancel: 'Отмена',
  close: 'Закрыть',
  copied: 'Скопировано',
  details: 'Подробности',
  dismiss: 'Скрыть',
  loading: 'Загрузка',
  noMatch: 'Ничего не подходит',
  notices: 'Уведомления',
  retry: 'Повторить',
  undo: 'Отменить',
  undoFailed: 'Не удалось отменить',
}
