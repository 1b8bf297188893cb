import type { Words } from '.'
import { actions } from './ru/actions'
import { artifacts } from './ru/artifacts'
import { code } from './ru/code'
import { configuration } from './ru/configuration'
import { console } from './ru/console'
import { format } from './ru/format'
import { frame } from './ru/frame'
import { gateway } from './ru/gateway'
import { home } from './ru/home'
import { info } from './ru/info'
import { models } from './ru/models'
import { overview } from './ru/overview'
import { palette } from './ru/palette'
import { plots } from './ru/plots'
import { projects } from './ru/projects'
import { reports } from './ru/reports'
import { samples } from './ru/samples'
import { scalars } from './ru/scalars'
import { settings } from './ru/settings'
import { signIn } from './ru/signIn'
import { status } from './ru/status'
import { task } from './ru/task'
import { tasks } from './ru/tasks'
import { ui } from './ru/ui'
import { workers } from './ru/workers'

/** The pages' words in Russian. */
export const words: Words = {
  actions,
  artifacts,
  code,
  configuration,
  console,
  format,
  frame,
  gateway,
  home,
  info,
  models,
  overview,
  palette,
  plots,
  projects,
  reports,
  samples,
  scalars,
  settings,
  signIn,
  status,
  task,
  tasks,
  ui,
  workers,
}
