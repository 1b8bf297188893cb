import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import {
  createProject,
  type ProjectFields,
  type ProjectRow,
  projectsQuery,
  refreshProjects,
  updateProject,
} from '../api/projects'
import { lastPart } from '../format/projectName'
import { Button } from '../ui/Button'
import { Combobox } from '../ui/Combobox'
import { Problem } from '../ui/Confirm'
import { Dialog, DialogActions, DialogBody } from '../ui/Dialog'
import { CONTROL, Field, Input } from '../ui/Field'
import { toast } from '../ui/toasts'
import { words } from '../words'

interface ProjectFormProps {
  /** The project that is edited; a new one is made when absent. */
  project?: ProjectRow
  /** Where a new project begins to be placed. */
  parent?: string
  close: () => void
}

/** Makes a project or changes one. Where it stands is changed by moving it. */
export function ProjectForm({ project, parent: firstParent = '', close }: ProjectFormProps) {
  const say = words.projects
  const client = useQueryClient()
  const names = useQuery({ ...projectsQuery, enabled: !project }).data ?? []
  const [parent, setParent] = useState(firstParent)
  const [name, setName] = useState(project ? lastPart(project.name) : '')
  const save = useMutation({
    mutationFn: async (fields: ProjectFields) => {
      await (project ? updateProject(project.id, fields) : createProject(fields))
    },
    onSuccess: async (_, fields) => {
      await refreshProjects(client)
      if (!project) toast({ text: say.wasCreated(fields.name) })
      close()
    },
  })
  const hasSlash = name.includes('/')

  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (hasSlash) return
    const form = new FormData(event.currentTarget)
    const above = project ? project.name.slice(0, -lastPart(project.name).length) : below(parent)
    save.mutate({
      name: above + name.trim(),
      description: String(form.get('description')),
      default_output_destination: String(form.get('output')).trim(),
      tags: tagsIn(String(form.get('tags'))),
    })
  }

  return (
    <Dialog title={project ? say.editTitle(project.name) : say.create} close={close}>
      <form onSubmit={onSubmit} className="contents">
        <DialogBody>
          <Field
            label={say.name}
            hint={say.nameHint}
            problem={hasSlash ? say.nameHasSlash : undefined}
          >
            {(ids) => (
              <Input
                {...ids}
                required
                minLength={3}
                value={name}
                onChange={(event) => setName(event.target.value)}
              />
            )}
          </Field>
          {!project && (
            <Field label={say.parent} hint={say.parentHint}>
              {(ids) => (
                <Combobox
                  {...ids}
                  free
                  value={parent}
                  setValue={setParent}
                  options={names.map((each) => each.name)}
                />
              )}
            </Field>
          )}
          <Field label={say.description} hint={say.markdownHint.split('. ')[0]}>
            {(ids) => (
              <textarea
                {...ids}
                name="description"
                rows={4}
                defaultValue={project?.description ?? ''}
                className={`${CONTROL} h-auto resize-y py-1.5`}
              />
            )}
          </Field>
          <Field label={say.tags} hint={say.tagsHint}>
            {(ids) => <Input {...ids} name="tags" defaultValue={project?.tags?.join(', ') ?? ''} />}
          </Field>
          <Field label={say.output} hint={say.outputHint}>
            {(ids) => (
              <Input
                {...ids}
                name="output"
                className="font-mono"
                defaultValue={project?.default_output_destination ?? ''}
              />
            )}
          </Field>
          <Problem error={save.error} />
        </DialogBody>
        <DialogActions>
          <Button onClick={close}>{words.ui.cancel}</Button>
          <Button kind="main" type="submit" disabled={save.isPending}>
            {project ? say.save : say.createAction}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}

/** What stands before the name of a project below another. */
function below(parent: string): string {
  const path = parent.trim().replace(/\/+$/, '')
  return path === '' ? '' : `${path}/`
}

function tagsIn(text: string): string[] {
  const tags = text.split(',').map((tag) => tag.trim())
  return [...new Set(tags.filter((tag) => tag !== ''))]
}
