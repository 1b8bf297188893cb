import { frame } from './en/frame'
import { ui } from './en/ui'

/** The pages' words in English, by the folder that shows them. */
export const en = { frame, ui }
