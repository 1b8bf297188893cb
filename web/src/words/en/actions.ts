const many = (count: number, noun = 'task') => (count === 1 ? `1 ${noun}` : `${count} ${noun}s`)
const object = (count: number, name: string) => (count === 1 ? name : many(count))

/** Words of what can be done to tasks. */
export const actions = {
  /** Each action as a verb, alone on a button. */
  verbs: {
    enqueue: 'Enqueue',
    dequeue: 'Dequeue',
    abort: 'Abort',
    clone: 'Clone',
    reset: 'Reset',
    publish: 'Publish',
    tag: 'Tag',
    move: 'Move',
    archive: 'Archive',
    restore: 'Restore',
    delete: 'Delete',
  },
  /** What was done, for a toast. */
  done: {
    enqueue: (count: number, name: string) => `Enqueued ${object(count, name)}`,
    dequeue: (count: number, name: string) => `Dequeued ${object(count, name)}`,
    abort: (count: number, name: string) => `Aborted ${object(count, name)}`,
    clone: (_: number, name: string) => `Cloned ${name}`,
    reset: (count: number, name: string) => `Reset ${object(count, name)}`,
    publish: (count: number, name: string) => `Published ${object(count, name)}`,
    tag: (count: number, name: string) => `Tagged ${object(count, name)}`,
    move: (count: number, name: string) => `Moved ${object(count, name)}`,
    archive: (count: number, name: string) => `Archived ${object(count, name)}`,
    restore: (count: number, name: string) => `Restored ${object(count, name)}`,
    delete: (count: number, name: string) => `Deleted ${object(count, name)}`,
  },
  /** A verb and what it is about: "Abort 3 tasks". */
  on: (verb: string, count: number, name: string) => `${verb} ${object(count, name)}`,
  qualify: (some: number, all: number) => `${some} of ${all}`,
  partly: (failed: number, all: number, reason: string) =>
    `${failed} of ${many(all)} refused: ${reason}`,
  failed: (verb: string, reason: string) => `${verb}: ${reason}`,
  more: 'More actions',
  tasks: (count: number) => many(count),
  refusals: {
    readOnly: 'It is public and can only be read.',
    notArchived: 'It is not archived.',
    archived: 'It is archived already.',
    archiveFirst: 'Only drafts and archived tasks are deleted. Archive it first.',
    restoreFirst: 'It is archived. Restore it first.',
    status: (status: string) => `Not possible while it is ${status}.`,
  },
  share: 'Copy link',
  shared: 'The link was copied',
  notShared: 'The link could not be copied',
  save: 'Download as JSON',
  enqueueDialog: {
    queue: 'Queue',
    hint: 'A name that does not exist yet makes a new queue.',
    missing: 'A queue is needed.',
    unwatched: 'No worker listens to this queue. The tasks wait until an agent is started with it.',
    newQueue: 'This queue does not exist yet. It is made, and waits for an agent to listen to it.',
    watched: (workers: number) =>
      `${many(workers, 'worker')} ${workers === 1 ? 'listens' : 'listen'}.`,
    waiting: (tasks: number) => `${many(tasks)} ${tasks === 1 ? 'waits' : 'wait'} in it.`,
    failed: 'The queues could not be read',
    noWorker: 'No worker listens to this queue.',
  },
  cloneDialog: {
    name: 'Name',
    nameShort: 'A name has at least 3 characters.',
    copyOf: (name: string) => `Clone of ${name}`,
    project: 'Project',
    projectHint: 'A path that does not exist yet is made.',
    comment: 'Description',
    edit: 'Clone and edit',
    run: 'Clone and enqueue',
  },
  moveDialog: {
    project: 'To project',
    missing: 'A project is needed.',
  },
  tagDialog: {
    tags: 'Tags',
    add: 'Add a tag',
    hint: 'Enter adds what is typed.',
    remove: (tag: string) => `Remove ${tag}`,
    onSome: (some: number, all: number) => `on ${some} of ${all}`,
    save: 'Save tags',
  },
  abortDialog: {
    effects: [
      'A running script is told to stop and gets the time to do so; a waiting one leaves its queue.',
      'What was reported so far stays. Steps of a pipeline stop with it.',
    ],
  },
  resetDialog: {
    effects: [
      'What it reported is gone: console, scalars, plots, samples, output models that are not published.',
      'Its code, parameters and configuration stay, and it is a draft again.',
    ],
    files: 'Also delete its files from the file server',
  },
  publishDialog: {
    effects: [
      'Nothing of it can be changed afterwards, and it can not be reset.',
      'Its last output model is published with it.',
    ],
  },
  deleteDialog: {
    tasks: (count: number) => `${many(count)} with console, scalars, plots and samples.`,
    models: (count: number) =>
      count === 0
        ? 'No output model.'
        : `${many(count, 'output model')}; those that are published or used elsewhere stay.`,
    artifacts: (count: number) => (count === 0 ? 'No artifact.' : `${many(count, 'artifact')}.`),
    children: 'Tasks that were made from it stay.',
    counting: 'Counting what goes with it',
    final: 'There is no way back.',
    files: 'Also delete their files from the file server',
  },
  newTask: {
    title: 'New task',
    name: 'Name',
    project: 'Project',
    type: 'Type',
    repository: 'Repository',
    repositoryHint: 'Where the agent clones the code from; empty for a script without one.',
    revision: 'Branch, tag or commit',
    script: 'Script',
    scriptHint: 'Path of the script, or -m and a module.',
    folder: 'Working folder',
    binary: 'Interpreter',
    parameters: 'Arguments',
    parametersHint: 'One name=value on a line; they become the section Args.',
    parameterWrong: (line: string) => `This line is no name=value: ${line}`,
    packages: 'Packages',
    packagesHint: 'As in requirements.txt; empty lets the agent look into the repository.',
    image: 'Container image',
    draft: 'Save as draft',
    run: 'Create and enqueue',
  },
}
