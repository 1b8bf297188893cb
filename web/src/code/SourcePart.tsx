import { editTask } from '../api/taskActions'
import type { Script, TaskCode } from '../api/taskCode'
import type { Task } from '../api/tasks'
import { isEditable } from '../task/edits'
import { Problem } from '../ui/Confirm'
import { CopyButton } from '../ui/CopyButton'
import { Field, Input } from '../ui/Field'
import { words } from '../words'
import { PartHead } from './PartHead'
import { sourceProblems } from './source'
import { usePartEdit } from './usePartEdit'

type Source = Record<(typeof FIELDS)[number] | 'destination', string>

const FIELDS = [
  'repository',
  'branch',
  'tag',
  'version_num',
  'working_dir',
  'entry_point',
  'binary',
] as const

/** Where the code comes from and how it is started. */
export function SourcePart({ task, code }: { task: Task; code: TaskCode }) {
  const edit = usePartEdit<Source>(({ destination, ...script }) =>
    editTask(task.id, { script, output_dest: destination }),
  )
  const source = sourceOf(code)
  const problems = edit.draft ? sourceProblems(edit.draft) : {}
  const labels = words.code.fields
  const names = [...FIELDS, 'destination'] as const
  return (
    <section aria-label={words.code.source} className="min-h-0 grow overflow-auto">
      <PartHead
        title={words.code.source}
        editable={isEditable(task)}
        editing={edit.draft !== null}
        edit={() => edit.setDraft(source)}
        save={edit.save}
        discard={() => edit.setDraft(null)}
        invalid={Object.keys(problems).length > 0 || edit.saving}
      />
      <div className="max-w-3xl px-4 pb-8">
        <Problem error={edit.error} />
        {edit.draft ? (
          <div className="flex flex-col gap-3">
            {names.map((name) => (
              <Field key={name} label={labels[name]} problem={problems[name]}>
                {(ids) => (
                  <Input
                    {...ids}
                    value={edit.draft?.[name] ?? ''}
                    onChange={(event) =>
                      edit.setDraft({ ...source, ...edit.draft, [name]: event.target.value })
                    }
                  />
                )}
              </Field>
            ))}
          </div>
        ) : (
          <dl className="border-t">
            {names.map((name) => (
              <div key={name} className="flex min-h-8 items-center gap-4 border-b py-1">
                <dt className="w-44 shrink-0 text-muted">{labels[name]}</dt>
                <dd className="flex min-w-0 items-center gap-1 font-mono text-small [overflow-wrap:anywhere]">
                  {source[name] || <span className="text-muted">{words.task.none}</span>}
                  {source[name] && <CopyButton text={source[name]} label={words.code.copy} />}
                </dd>
              </div>
            ))}
          </dl>
        )}
      </div>
    </section>
  )
}

function sourceOf({ script, destination }: TaskCode): Source {
  const read = (name: keyof Script) => String(script[name] ?? '')
  const values = Object.fromEntries(FIELDS.map((name) => [name, read(name)]))
  return { ...(values as Source), destination }
}
