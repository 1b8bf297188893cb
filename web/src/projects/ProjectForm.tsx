import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import {
  createProject,
  type ProjectRow,
  projectsQuery,
  refreshProjects,
  updateProject,
} from '../api/projects'
import { lastPart } from '../format/projectName'
import { Combobox } from '../ui/Combobox'
import { Field, Input, TextArea } from '../ui/Field'
import { FormDialog, textIn } from '../ui/FormDialog'
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
  const hasSlash = name.includes('/')
  const save = async (form: FormData) => {
    if (hasSlash) throw new Error(say.nameHasSlash)
    const above = project ? project.name.slice(0, -lastPart(project.name).length) : below(parent)
    const fields = {
      name: above + name.trim(),
      description: String(form.get('description')),
      default_output_destination: textIn(form, 'output'),
      tags: tagsIn(textIn(form, 'tags')),
    }
    await (project ? updateProject(project.id, fields) : createProject(fields))
    await refreshProjects(client)
    if (!project) toast({ text: say.wasCreated(fields.name) })
  }

  return (
    <FormDialog
      title={project ? say.editTitle(project.name) : say.create}
      action={project ? say.save : say.createAction}
      save={save}
      close={close}
    >
      <Field label={say.name} hint={say.nameHint} problem={hasSlash ? say.nameHasSlash : undefined}>
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
          <TextArea
            {...ids}
            name="description"
            rows={4}
            defaultValue={project?.description ?? ''}
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
    </FormDialog>
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
