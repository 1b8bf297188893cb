import type { Words } from '..'
import { home as en } from '../en/home'
import { tasksOf } from './many'

export const home: Words['home'] = {
  title: 'Главная',
  running: 'Выполняется сейчас',
  runningFailed: 'Не удалось узнать, что выполняется',
  nothingRuns: 'Ничего не выполняется.',
  failed: 'Ошибки со вчерашнего дня',
  failedFailed: 'Не удалось узнать, что завершилось ошибкой',
  nothingFailed: 'Ошибок нет.',
  waiting: 'Очереди, которые ждут без воркера',
  waitingFailed: 'Не удалось прочитать очереди',
  nothingWaits: 'Ни одна очередь не ждёт.',
  waits: (tasks) => `в ожидании: ${tasksOf(tasks)}`,
  startAgent: en.startAgent,
  copyAgent: 'Скопировать команду запуска воркера',
  agentHint: 'Воркер возьмёт их, как только запустится на любой машине:',
  recent: 'Недавние проекты',
  recentFailed: 'Не удалось прочитать проекты',
  noProjects: 'Проектов пока нет.',
  all: 'Все',
  allOf: (what) => `Все: ${what}`,
  sinceStart: 'Время с начала выполнения',

  noTasks: 'Задачи появятся здесь, как только о них сообщит скрипт.',
  toGuide: 'Подключить скрипт по шагам',

  guideTitle: 'Первая задача',
  guideIntro: 'Arno показывает, что делают скрипты. Три шага подключают скрипт на любой машине.',
  stepConnect: 'Дайте доступ своей машине',
  stepConnectHint:
    'Пара ключей говорит, кто присылает данные. Секрет виден только сейчас, поэтому сразу положите его на место.',
  makeKeys: 'Создать ключи',
  keysLabel: 'Первые шаги',
  stepRun: 'Запустите скрипт',
  stepRunHint: 'Установите клиент, сохраните это как first.py и запустите.',
  install: en.install,
  script: en.script,
  copyInstall: 'Скопировать команду',
  copyScript: 'Скопировать скрипт',
  stepSee: 'Посмотрите здесь',
  waitingForTask: 'Ожидание первой задачи…',
  arrived: 'Она пришла.',
  openTask: (name) => `Открыть ${name}`,
  watchFailed: 'Не удалось узнать, пришла ли задача',
  skip: 'На главную страницу',
}
