import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { createProject, projectsQuery, refreshProjects } from '../api/projects'
import { createTask } from '../api/taskActions'
import { typeName } from '../format/typeName'
import { Button } from '../ui/Button'
import { Problem } from '../ui/Confirm'
import { Dialog, DialogActions, DialogBody } from '../ui/Dialog'
import { Field, Input, Select, TextArea } from '../ui/Field'
import { words } from '../words'
import { EnqueueDialog } from './EnqueueDialog'
import { ProjectField } from './MoveDialog'
import {
  createRequest,
  EMPTY_TASK,
  type NewTask,
  newTaskProblems,
  REVISIONS,
  type RevisionKind,
  TASK_TYPES,
} from './newTask'
import { refreshTasks } from './perform'
import type { ActionTask } from './rules'

interface NewTaskDialogProps {
  /** The path of the project it begins in. */
  project?: string
  close: () => void
}

/** Makes a task by hand: code, arguments, environment; kept as a draft or run at once. */
export function NewTaskDialog({ project = '', close }: NewTaskDialogProps) {
  const say = words.actions.newTask
  const navigate = useNavigate()
  const [form, setForm] = useState<NewTask>({ ...EMPTY_TASK, project })
  const [asked, setAsked] = useState(false)
  const [made, setMade] = useState<ActionTask>()
  const create = useCreate()
  const problems = newTaskProblems(form)
  const run = async (then: (id: string) => void) => {
    setAsked(true)
    if (Object.keys(problems).length === 0) then(await create.mutateAsync(form))
  }
  const open = (taskId: string) => {
    close()
    navigate({ to: '/tasks/$taskId/$tab', params: { taskId, tab: 'code' } })
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    run(open).catch(() => undefined)
  }
  const enqueue = (id: string) => setMade({ id, name: form.name, status: 'created' })
  if (made) return <EnqueueDialog tasks={[made]} close={() => open(made.id)} />
  return (
    <Dialog title={say.title} close={close} width={640}>
      <form onSubmit={submit} className="flex min-h-0 flex-col">
        <DialogBody>
          <Fields
            form={form}
            change={(change) => setForm({ ...form, ...change })}
            problems={asked ? problems : {}}
          />
          <Problem error={create.error} />
        </DialogBody>
        <DialogActions>
          <Button onClick={close}>{words.ui.cancel}</Button>
          <Button disabled={create.isPending} onClick={() => run(enqueue).catch(() => undefined)}>
            {say.run}
          </Button>
          <Button kind="main" type="submit" disabled={create.isPending}>
            {say.draft}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}

/** Makes the task, and its project where there is none of this path. */
function useCreate() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async (form: NewTask) => {
      const path = form.project.trim()
      const known = await client.fetchQuery(projectsQuery)
      const project =
        known.find(({ name }) => name === path)?.id ?? (await createProject({ name: path }))
      const id = await createTask(createRequest(form, project))
      await Promise.all([refreshTasks(client), refreshProjects(client)])
      return id
    },
  })
}

interface FieldsProps {
  form: NewTask
  change: (change: Partial<NewTask>) => void
  problems: Partial<Record<keyof NewTask, string>>
}

function Fields({ form, change, problems }: FieldsProps) {
  const say = words.actions.newTask
  const projects = useQuery(projectsQuery)
  const text = (field: keyof NewTask, label: string, hint?: string) => (
    <Field label={label} hint={hint} problem={problems[field]}>
      {(ids) => (
        <Input
          {...ids}
          value={form[field]}
          onChange={({ target }) => change({ [field]: target.value })}
        />
      )}
    </Field>
  )
  const lines = (field: keyof NewTask, label: string, rows: number, hint?: string) => (
    <Field label={label} hint={hint} problem={problems[field]}>
      {(ids) => (
        <TextArea
          {...ids}
          rows={rows}
          className="font-mono text-small"
          value={form[field]}
          onChange={({ target }) => change({ [field]: target.value })}
        />
      )}
    </Field>
  )
  return (
    <>
      {text('name', say.name)}
      <div className="grid grid-cols-[2fr_1fr] gap-3">
        <ProjectField
          label={say.project}
          name={form.project}
          setName={(project) => change({ project })}
          problem={problems.project ?? (projects.isError ? say.projectsFailed : undefined)}
        />
        <Field label={say.type}>
          {(ids) => (
            <Select
              {...ids}
              value={form.type}
              onChange={({ target }) => change({ type: target.value })}
              options={TASK_TYPES.map((value) => ({ value, label: typeName(value) }))}
            />
          )}
        </Field>
      </div>
      {text('repository', say.repository, say.repositoryHint)}
      {form.repository.trim() === '' ? (
        lines('text', say.text, 8, say.textHint)
      ) : (
        <div className="grid grid-cols-[1fr_2fr] gap-3">
          <Field label={say.checkout}>
            {(ids) => (
              <Select
                {...ids}
                value={form.revisionKind}
                onChange={({ target }) => change({ revisionKind: target.value as RevisionKind })}
                options={REVISIONS.map((value) => ({ value, label: say.revisions[value] }))}
              />
            )}
          </Field>
          {text('revision', say.revision, say.revisionHint)}
        </div>
      )}
      {text('script', say.script, say.scriptHint)}
      <div className="grid grid-cols-2 gap-3">
        {text('folder', say.folder)}
        {text('binary', say.binary)}
      </div>
      {lines('parameters', say.parameters, 3, say.parametersHint)}
      {lines('packages', say.packages, 3, say.packagesHint)}
      {text('image', say.image)}
      {form.image.trim() !== '' && (
        <>
          {text('arguments', say.containerArguments)}
          {lines('setup', say.setup, 3)}
        </>
      )}
      {text('output', say.output, say.outputHint)}
      {text('comment', say.comment)}
    </>
  )
}
