import { formatCount } from '../../format/number'
import type { Words } from '..'
import { many } from './many'

const messages = (count: number) => many(count, 'сообщение', 'сообщения', 'сообщений')

/** After "of". */
const ofMessages = (count: number) => many(count, 'сообщения', 'сообщений', 'сообщений')

export const console: Words['console'] = {
  title: 'Консоль',
  failed: 'Не удалось прочитать консоль',
  noneYet: 'Пока ничего не написано. Строки появятся здесь, как только задача их напишет.',
  none: 'Эта задача ничего не написала в консоль.',
  noneOfLevel: 'Среди загруженных строк нет этого уровня.',
  noneSince: 'С тех пор ничего не написано.',
  level: 'Уровень',
  levels: {
    debug: 'Все уровни',
    info: 'Info и выше',
    warning: 'Предупреждения и ошибки',
    error: 'Ошибки',
  },
  wrap: 'Перенос строк',
  find: 'Найти в консоли',
  previous: 'Предыдущее совпадение (Shift Enter)',
  next: 'Следующее совпадение (Enter)',
  seeking: 'поиск в более ранних',
  found: (nth, all) => `${formatCount(nth)} из ${formatCount(all)}`,
  lines: (count) => many(count, 'строка', 'строки', 'строк'),
  goToTime: 'Перейти ко времени',
  download: 'Скачать',
  downloadHint: 'Вся консоль текстовым файлом',
  follow: 'Следить',
  messages,
  lastOf: (count, all) => `последние ${formatCount(count)} из ${ofMessages(all)}`,
  someOf: (count, all) => `${formatCount(count)} из ${ofMessages(all)}`,
}
