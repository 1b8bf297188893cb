import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import {
  contentsQuery,
  deleteProject,
  type ProjectContents,
  refreshProjects,
} from '../api/projects'
import { lastPart } from '../format/projectName'
import { Confirm } from '../ui/Confirm'
import { Dialog } from '../ui/Dialog'
import { Field, Input } from '../ui/Field'
import { ErrorNotice, Skeleton } from '../ui/Notices'
import { toast } from '../ui/toasts'
import { words } from '../words'
import type { ProjectDialogProps } from './dialog'

/** Says what a project holds, asks what becomes of it, and deletes the project. */
export function DeleteProject(props: ProjectDialogProps) {
  const { project, close } = props
  const say = words.projects
  const contents = useQuery(contentsQuery(project.id))
  if (contents.data) return <Ask {...props} contents={contents.data} />
  return (
    <Dialog title={say.deleteTitle(project.name)} close={close}>
      {contents.isError ? (
        <ErrorNotice
          title={say.countingFailed}
          error={contents.error}
          retry={() => contents.refetch()}
        />
      ) : (
        <Skeleton rows={3} height={32} />
      )}
    </Dialog>
  )
}

interface AskProps extends ProjectDialogProps {
  contents: ProjectContents
}

function Ask({ project, contents, close, gone }: AskProps) {
  const say = words.projects
  const client = useQueryClient()
  const [withContents, setWithContents] = useState(false)
  const [typed, setTyped] = useState('')
  const name = lastPart(project.name)
  const holdsWork = contents.tasks + contents.models > 0
  const run = async () => {
    await deleteProject(project.id, withContents)
    gone()
    await refreshProjects(client)
    toast({ text: say.wasDeleted(project.name) })
  }
  return (
    <Confirm
      title={say.deleteTitle(project.name)}
      consequences={consequencesOf(contents, (project.sub_projects?.length ?? 0) > 0)}
      action={say.deleteAction}
      danger
      off={withContents && typed.trim() !== name}
      run={run}
      close={close}
    >
      {holdsWork && (
        <fieldset className="flex flex-col gap-2">
          <legend className="mb-2 font-medium">{say.contents}</legend>
          {[false, true].map((deleted) => (
            <label key={String(deleted)} className="flex items-center gap-2">
              <input
                type="radio"
                name="contents"
                checked={withContents === deleted}
                onChange={() => setWithContents(deleted)}
                className="accent-accent-fill"
              />
              {deleted ? say.deleteContents : say.keepContents}
            </label>
          ))}
        </fieldset>
      )}
      {withContents && (
        <Field label={say.typeName(name)}>
          {(ids) => (
            <Input
              {...ids}
              autoComplete="off"
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
          )}
        </Field>
      )}
    </Confirm>
  )
}

/** One sentence for each kind of thing that is concerned. */
function consequencesOf(contents: ProjectContents, hasSubProjects: boolean): string[] {
  const say = words.projects
  const { tasks, models, reports = 0, pipelines = 0, datasets = 0 } = contents
  const said = [
    tasks > 0 && say.holds(say.numberOfTasks(tasks), contents.non_archived_tasks),
    models > 0 && say.holds(say.numberOfModels(models), contents.non_archived_models),
    reports > 0 && say.holdsReports(reports),
    pipelines > 0 && say.holdsPipelines(pipelines),
    datasets > 0 && say.holdsDatasets(datasets),
    hasSubProjects && say.subProjectsGo,
  ].filter((sentence) => sentence !== false)
  return said.length > 0 ? said : [say.holdsNothing]
}
