import { actions } from './en/actions'
import { artifacts } from './en/artifacts'
import { code } from './en/code'
import { configuration } from './en/configuration'
import { console } from './en/console'
import { format } from './en/format'
import { frame } from './en/frame'
import { gateway } from './en/gateway'
import { home } from './en/home'
import { info } from './en/info'
import { models } from './en/models'
import { overview } from './en/overview'
import { palette } from './en/palette'
import { plots } from './en/plots'
import { projects } from './en/projects'
import { reports } from './en/reports'
import { samples } from './en/samples'
import { scalars } from './en/scalars'
import { settings } from './en/settings'
import { signIn } from './en/signIn'
import { status } from './en/status'
import { task } from './en/task'
import { tasks } from './en/tasks'
import { ui } from './en/ui'
import { workers } from './en/workers'

/** The pages' words in English, by the folder that shows them. */
export const en = {
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
