import { editTask } from '../api/taskActions'
import type { Container, TaskCode } from '../api/taskCode'
import type { Task } from '../api/tasks'
import { isEditable } from '../task/edits'
import { Problem } from '../ui/Confirm'
import { Field, Input } from '../ui/Field'
import { words } from '../words'
import { PartHead } from './PartHead'
import { TextEditor } from './TextEditor'
import { usePartEdit } from './usePartEdit'

/** The image, its arguments, and the script that prepares it. */
export function ContainerPart({ task, code }: { task: Task; code: TaskCode }) {
  const edit = usePartEdit<Container>((container) =>
    editTask(task.id, { container: { ...code.container, ...container } }),
  )
  const text = words.code
  const shown = edit.draft ?? code.container
  const script = shown.setup_shell_script ?? ''
  const imageWrong = /\s/.test(edit.draft?.image?.trim() ?? '')
  return (
    <section aria-label={text.container} className="flex min-h-0 grow flex-col">
      <PartHead
        title={text.container}
        editable={isEditable(task)}
        editing={edit.draft !== null}
        edit={() => edit.setDraft(code.container)}
        save={edit.save}
        discard={() => edit.setDraft(null)}
        invalid={imageWrong || edit.saving}
      />
      <div className="flex min-h-0 grow flex-col gap-3 px-4 pb-4">
        <Problem error={edit.error} />
        {(['image', 'arguments'] as const).map((name) => (
          <Field
            key={name}
            label={text.containerFields[name]}
            problem={name === 'image' && imageWrong ? text.wrong.image : undefined}
          >
            {(ids) => (
              <Input
                {...ids}
                readOnly={edit.draft === null}
                className="max-w-3xl font-mono !text-small"
                value={shown[name] ?? ''}
                onChange={(event) => edit.setDraft({ ...shown, [name]: event.target.value })}
              />
            )}
          </Field>
        ))}
        <h3 className="font-medium">{text.containerFields.setup_shell_script}</h3>
        <div className="min-h-40 grow">
          <TextEditor
            label={text.containerFields.setup_shell_script}
            value={script}
            language="shell"
            {...(edit.draft !== null && {
              setValue: (value: string) => edit.setDraft({ ...shown, setup_shell_script: value }),
              save: edit.save,
            })}
          />
        </div>
      </div>
    </section>
  )
}
