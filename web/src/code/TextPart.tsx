import { editTask } from '../api/taskActions'
import { saveRequirements, type TaskCode } from '../api/taskCode'
import type { Task } from '../api/tasks'
import { isEditable } from '../task/edits'
import { Problem } from '../ui/Confirm'
import { CopyButton } from '../ui/CopyButton'
import { Empty } from '../ui/Notices'
import { words } from '../words'
import { DiffView } from './DiffView'
import { isDiff } from './diff'
import { PartHead } from './PartHead'
import { TextEditor } from './TextEditor'
import { usePartEdit } from './usePartEdit'

interface TextPartProps {
  task: Task
  code: TaskCode
  /** `changes`, or `packages:` and how the packages were found out. */
  part: string
}

/** The uncommitted changes, or a list of packages. */
export function TextPart({ task, code, part }: TextPartProps) {
  const kind = part.startsWith('packages:') ? part.slice('packages:'.length) : undefined
  const { script } = code
  const value = (kind === undefined ? script.diff : script.requirements?.[kind]) ?? ''
  const edit = usePartEdit<string>((text) =>
    kind === undefined
      ? editTask(task.id, { script: { diff: text } })
      : saveRequirements(task.id, { ...script.requirements, [kind]: text }),
  )
  const isChange = kind === undefined && (value === '' || isDiff(value))
  const scriptName = words.code.script
  const title =
    kind === undefined ? (isChange ? words.code.changes : scriptName) : words.code.packages(kind)
  const shown = edit.draft ?? value
  return (
    <section aria-label={title} className="flex min-h-0 grow flex-col">
      <PartHead
        title={title}
        editable={isEditable(task)}
        editing={edit.draft !== null}
        edit={() => edit.setDraft(value)}
        save={edit.save}
        discard={() => edit.setDraft(null)}
        invalid={edit.saving}
      >
        {value && <CopyButton text={value} label={words.code.copy} />}
      </PartHead>
      <div className="min-h-0 grow px-4 pb-4">
        <Problem error={edit.error} />
        {edit.draft === null && value === '' && (
          <Empty title={kind === undefined ? words.code.noChanges : words.code.noPackages} />
        )}
        {edit.draft === null && value !== '' && isChange && <DiffView diff={value} />}
        {(edit.draft !== null || (value !== '' && !isChange)) && (
          <TextEditor
            label={title}
            value={shown}
            language={kind === undefined ? (isChange ? undefined : 'python') : 'properties'}
            {...(edit.draft !== null && { setValue: edit.setDraft, save: edit.save })}
          />
        )}
      </div>
    </section>
  )
}
