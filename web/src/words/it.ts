import type { Words } from '.'
import { actions } from './it/actions'
import { artifacts } from './it/artifacts'
import { code } from './it/code'
import { configuration } from './it/configuration'
import { console } from './it/console'
import { format } from './it/format'
import { frame } from './it/frame'
import { gateway } from './it/gateway'
import { home } from './it/home'
import { info } from './it/info'
import { models } from './it/models'
import { overview } from './it/overview'
import { palette } from './it/palette'
import { plots } from './it/plots'
import { projects } from './it/projects'
import { reports } from './it/reports'
import { samples } from './it/samples'
import { scalars } from './it/scalars'
import { settings } from './it/settings'
import { signIn } from './it/signIn'
import { status } from './it/status'
import { task } from './it/task'
import { tasks } from './it/tasks'
import { ui } from './it/ui'
import { workers } from './it/workers'

/** The pages' words in Italian. */
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
