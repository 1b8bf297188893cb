import type { KeyboardEvent } from 'react'
import { Button } from '../ui/Button'
import { Problem } from '../ui/Confirm'
import { CONTROL } from '../ui/Field'
import { CloseIcon, PlusIcon } from '../ui/icons'
import { words } from '../words'
import type { Draft } from './parameters'

interface ParameterEditorProps {
  drafts: Draft[]
  setDrafts: (drafts: Draft[]) => void
  problems: Map<number, string>
  save: () => void
  discard: () => void
  error: unknown
}

/** All parameters of a section as fields; Ctrl+Enter saves, Escape discards. */
export function ParameterEditor(props: ParameterEditorProps) {
  const { drafts, setDrafts, problems, save, discard, error } = props
  const text = words.configuration
  const change = (key: number, field: Partial<Draft>) =>
    setDrafts(drafts.map((draft) => (draft.key === key ? { ...draft, ...field } : draft)))
  const add = () => {
    const key = Math.max(0, ...drafts.map((draft) => draft.key)) + 1
    setDrafts([...drafts, { key, name: '', value: '', type: '', description: '' }])
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) save()
    if (event.key === 'Escape') {
      event.stopPropagation()
      discard()
    }
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys belong to the fields inside
    <div className="min-h-0 grow overflow-auto border-t px-4 py-2" onKeyDown={onKeyDown}>
      <Problem error={error} />
      <ul className="flex flex-col gap-1.5">
        {drafts.map((draft) => {
          const problem = problems.get(draft.key)
          const invalid = problem ? { 'aria-invalid': true as const } : {}
          return (
            <li key={draft.key}>
              <div className="grid grid-cols-[minmax(8rem,1fr)_minmax(10rem,2fr)_auto] gap-2">
                <input
                  {...invalid}
                  aria-label={text.name}
                  className={CONTROL}
                  spellCheck={false}
                  value={draft.name}
                  onChange={(event) => change(draft.key, { name: event.target.value })}
                />
                <textarea
                  {...invalid}
                  aria-label={text.valueOf(draft.name)}
                  rows={Math.min(6, draft.value.split('\n').length)}
                  className={`${CONTROL} h-auto min-h-8 py-1.5 font-mono !text-small`}
                  spellCheck={false}
                  value={draft.value}
                  onChange={(event) => change(draft.key, { value: event.target.value })}
                />
                <Button
                  kind="icon"
                  aria-label={text.remove(draft.name)}
                  title={text.remove(draft.name)}
                  onClick={() => setDrafts(drafts.filter((each) => each.key !== draft.key))}
                >
                  <CloseIcon />
                </Button>
              </div>
              {problem && (
                <p role="alert" className="pt-0.5 text-small text-failed">
                  {problem}
                </p>
              )}
            </li>
          )
        })}
      </ul>
      <Button kind="quiet" className="mt-2" onClick={add}>
        <PlusIcon />
        {text.addParameter}
      </Button>
    </div>
  )
}
