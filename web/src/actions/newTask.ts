import { sourceProblems } from '../code/source'
import { words } from '../words'

/** The types a task may have (contract §6). */
export const TASK_TYPES = [
  'training',
  'testing',
  'inference',
  'data_processing',
  'application',
  'monitor',
  'controller',
  'optimizer',
  'service',
  'qc',
  'custom',
] as const

/** What of a repository is checked out. */
export const REVISIONS = ['branch', 'tag', 'version_num'] as const
export type RevisionKind = (typeof REVISIONS)[number]

/** The form for a new task, as it is typed. */
export interface NewTask {
  name: string
  project: string
  type: string
  comment: string
  repository: string
  revisionKind: RevisionKind
  revision: string
  script: string
  folder: string
  binary: string
  /** The script itself, for a task without a repository. */
  text: string
  parameters: string
  packages: string
  image: string
  arguments: string
  setup: string
  output: string
}

export const EMPTY_TASK: NewTask = {
  name: '',
  project: '',
  type: 'training',
  comment: '',
  repository: '',
  revisionKind: 'branch',
  revision: '',
  script: '',
  folder: '',
  binary: 'python3',
  text: '',
  parameters: '',
  packages: '',
  image: '',
  arguments: '',
  setup: '',
  output: '',
}

const SHORTEST_NAME = 3

/** Where the agent puts a script that has no name. */
const SCRIPT_NAME = 'script.py'

/** What is wrong with the form, by field. */
export function newTaskProblems(form: NewTask): Partial<Record<keyof NewTask, string>> {
  const say = words.actions.newTask
  const problems: Partial<Record<keyof NewTask, string>> = {}
  const source = sourceProblems({
    repository: form.repository.trim(),
    version_num: form.revisionKind === 'version_num' ? form.revision.trim() : '',
    entry_point: form.script.trim(),
    working_dir: form.folder.trim(),
    binary: form.binary.trim(),
  })
  if (form.name.trim().length < SHORTEST_NAME) problems.name = words.actions.cloneDialog.nameShort
  if (!form.project.trim()) problems.project = say.projectMissing
  if (form.repository.trim() && !form.script.trim()) problems.script = say.scriptMissing
  if (!form.repository.trim() && !form.text.trim()) problems.text = say.codeMissing
  const wrong = linesOf(form.parameters).find((line) => !PARAMETER.test(line))
  if (wrong) problems.parameters = say.parameterWrong(wrong)
  return {
    ...problems,
    ...(source.repository && { repository: source.repository }),
    ...(source.version_num && { revision: source.version_num }),
    ...(source.entry_point && { script: source.entry_point }),
    ...(source.working_dir && { folder: source.working_dir }),
    ...(source.binary && { binary: source.binary }),
  }
}

/** The request that makes the task in a project. */
export function createRequest(form: NewTask, project: string): object {
  const parameters = linesOf(form.parameters).map((line) => {
    const [, name = '', value = ''] = PARAMETER.exec(line) ?? []
    return [name, { section: 'Args', name, value }]
  })
  const repository = form.repository.trim()
  const revision = form.revision.trim()
  return {
    name: form.name.trim(),
    project,
    type: form.type,
    ...(form.comment.trim() && { comment: form.comment.trim() }),
    ...(form.output.trim() && { output_dest: form.output.trim() }),
    script: {
      binary: form.binary.trim(),
      working_dir: form.folder.trim() || '.',
      entry_point: form.script.trim() || SCRIPT_NAME,
      ...(repository && { repository, ...(revision && { [form.revisionKind]: revision }) }),
      ...(!repository && { diff: form.text }),
      ...(form.packages.trim() && { requirements: { pip: form.packages.trim() } }),
    },
    container: {
      ...(form.image.trim() && { image: form.image.trim() }),
      ...(form.arguments.trim() && { arguments: form.arguments.trim() }),
      ...(form.setup.trim() && { setup_shell_script: form.setup }),
    },
    ...(parameters.length > 0 && { hyperparams: { Args: Object.fromEntries(parameters) } }),
  }
}

/** `name=value`; keys of the wire's maps hold no dot, dollar or space. */
const PARAMETER = /^\s*([^\s.$=]+)\s*=\s*(.*?)\s*$/

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '')
}
