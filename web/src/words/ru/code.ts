import type { Words } from '..'

const KINDS: Record<string, string> = {
  pip: 'Пакеты (pip)',
  conda: 'Пакеты (conda)',
  org_pip: 'Пакеты до запуска (pip)',
  org_conda: 'Пакеты до запуска (conda)',
}

export const code: Words['code'] = {
  title: 'Код и окружение',
  code: 'Код',
  environment: 'Окружение',
  source: 'Источник',
  changes: 'Незакоммиченные изменения',
  script: 'Скрипт',
  packages: (kind) => KINDS[kind] ?? `Пакеты (${kind})`,
  container: 'Контейнер',
  copy: 'Скопировать',
  noChanges: 'Запущенный код полностью закоммичен.',
  noPackages: 'Пакеты не указаны.',
  failed: 'Не удалось прочитать код',
  fields: {
    repository: 'Репозиторий',
    branch: 'Ветка',
    tag: 'Тег',
    version_num: 'Коммит',
    working_dir: 'Рабочая папка',
    entry_point: 'Скрипт',
    binary: 'Интерпретатор',
    destination: 'Куда сохранять результаты',
  },
  containerFields: {
    image: 'Образ',
    arguments: 'Аргументы',
    setup_shell_script: 'Скрипт подготовки',
  },
  wrong: {
    repository: 'Агент клонирует по URL, по адресу вида user@host:path или по абсолютному пути.',
    commit: 'Коммит — это от 4 до 64 шестнадцатеричных цифр. Для ветки есть своё поле.',
    folder: 'В пути внутри репозитория не бывает «..».',
    binary: 'Агент запускает python или командную оболочку.',
    image: 'В имени образа не бывает пробелов.',
  },
}
