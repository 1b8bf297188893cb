import { frame } from './en/frame'
import { home } from './en/home'
import { palette } from './en/palette'
import { projects } from './en/projects'
import { settings } from './en/settings'
import { signIn } from './en/signIn'
import { ui } from './en/ui'
import { workers } from './en/workers'

/** The pages' words in English, by the folder that shows them. */
export const en = { frame, home, palette, projects, settings, signIn, ui, workers }
