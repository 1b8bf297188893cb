import type { Words } from '..'

export const status: Words['status'] = {
  draft: 'черновик',
  queued: 'в очереди',
  running: 'выполняется',
  completed: 'завершена',
  failed: 'ошибка',
  aborted: 'прервана',
  published: 'опубликована',
  unknown: 'неизвестно',
}
