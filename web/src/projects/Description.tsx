import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, type KeyboardEvent, lazy, Suspense, useState } from 'react'
import { type ProjectRow, refreshProjects, updateProject } from '../api/projects'
import { Button } from '../ui/Button'
import { Problem } from '../ui/Confirm'
import { CONTROL } from '../ui/Field'
import { EditIcon } from '../ui/icons'
import { Skeleton } from '../ui/Notices'
import { Tabs } from '../ui/Tabs'
import { toast } from '../ui/toasts'
import { words } from '../words'

const Markdown = lazy(() =>
  import('../ui/Markdown').then(({ Markdown }) => ({ default: Markdown })),
)

/** What people wrote about a project, and the way to write it. */
export function Description({ project }: { project: ProjectRow }) {
  const say = words.projects
  const [editing, setEditing] = useState(false)
  const text = project.description ?? ''
  return (
    <section aria-labelledby="description" className="min-w-0">
      <div className="flex h-8 items-center justify-between gap-2">
        <h2 id="description" className="font-medium">
          {say.description}
        </h2>
        {!editing && text.trim() !== '' && (
          <Button kind="icon" aria-label={say.editDescription} onClick={() => setEditing(true)}>
            <EditIcon />
          </Button>
        )}
      </div>
      {editing && <Editor project={project} close={() => setEditing(false)} />}
      {!editing && text.trim() !== '' && <Shown text={text} />}
      {!editing && text.trim() === '' && (
        <div className="flex flex-col items-start gap-3 pt-1 text-prose text-muted">
          <p>{say.noDescription}</p>
          <Button onClick={() => setEditing(true)}>{say.addDescription}</Button>
        </div>
      )}
    </section>
  )
}

function Editor({ project, close }: { project: ProjectRow; close: () => void }) {
  const say = words.projects
  const client = useQueryClient()
  const [draft, setDraft] = useState(project.description ?? '')
  const save = useMutation({
    mutationFn: () => updateProject(project.id, { description: draft }),
    onSuccess: async () => {
      await refreshProjects(client)
      toast({ text: say.descriptionSaved })
      close()
    },
  })
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) save.mutate()
    if (event.key === 'Escape') close()
  }
  const writing = (
    <textarea
      aria-label={say.description}
      // biome-ignore lint/a11y/noAutofocus: one has just asked to write here
      autoFocus
      rows={14}
      className={`${CONTROL} h-auto resize-y py-2 font-mono`}
      value={draft}
      onChange={(event) => setDraft(event.target.value)}
      onKeyDown={onKeyDown}
    />
  )
  const seen =
    draft.trim() === '' ? (
      <p className="text-muted">{say.nothingToPreview}</p>
    ) : (
      <Shown text={draft} />
    )
  return (
    <form onSubmit={onSubmit} className="flex flex-col gap-2">
      <Tabs
        label={say.descriptionTabs}
        tabs={[
          { name: say.write, content: writing },
          { name: say.preview, content: seen },
        ]}
      />
      <p className="text-small text-muted">{say.markdownHint}</p>
      <Problem error={save.error} />
      <div className="flex gap-2">
        <Button kind="main" type="submit" disabled={save.isPending}>
          {say.save}
        </Button>
        <Button onClick={close}>{words.ui.cancel}</Button>
      </div>
    </form>
  )
}

function Shown({ text }: { text: string }) {
  return (
    <Suspense fallback={<Skeleton rows={3} height={24} />}>
      <Markdown text={text} />
    </Suspense>
  )
}
