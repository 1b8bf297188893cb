import { frame } from './en/frame'
import { home } from './en/home'
import { projects } from './en/projects'
import { settings } from './en/settings'
import { ui } from './en/ui'
import { workers } from './en/workers'

/** The pages' words in English, by the folder that shows them. */
export const en = { frame, home, projects, settings, ui, workers }
