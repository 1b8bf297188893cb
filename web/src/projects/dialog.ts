import type { ProjectRow } from '../api/projects'

/** What the dialogs about one project are given. */
export interface ProjectDialogProps {
  project: ProjectRow
  close: () => void
  /** Called when the project does not exist any more. */
  gone: () => void
}
