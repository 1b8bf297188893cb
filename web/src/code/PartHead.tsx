import type { ReactNode } from 'react'
import { Button } from '../ui/Button'
import { words } from '../words'

interface PartHeadProps {
  title: string
  /** Whether the part may be changed at all. */
  editable: boolean
  editing: boolean
  edit: () => void
  save: () => void
  discard: () => void
  /** It cannot be saved as it is. */
  invalid?: boolean
  children?: ReactNode
}

/** A part's name, and the buttons that begin and end its editing. */
export function PartHead(props: PartHeadProps) {
  const { title, editable, editing, edit, save, discard, invalid, children } = props
  return (
    <div className="flex min-h-11 shrink-0 items-center gap-2 px-4">
      <h2 className="min-w-0 truncate font-semibold">{title}</h2>
      {children}
      <span className="ml-auto" />
      {editing ? (
        <>
          <Button onClick={discard}>{words.task.discard}</Button>
          <Button kind="main" disabled={invalid} onClick={save}>
            {words.task.save}
          </Button>
        </>
      ) : (
        <Button
          disabled={!editable}
          title={editable ? undefined : words.task.onlyDrafts}
          onClick={edit}
        >
          {words.task.edit}
        </Button>
      )}
    </div>
  )
}
