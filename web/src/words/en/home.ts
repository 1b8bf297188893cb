import { many } from './many'

/** Words of the home page and of the first-run guide. */
export const home = {
  title: 'Home',
  running: 'Running now',
  runningFailed: 'What runs now could not be read',
  nothingRuns: 'Nothing runs.',
  failed: 'Failed since yesterday',
  failedFailed: 'What failed could not be read',
  nothingFailed: 'Nothing failed.',
  waiting: 'Queues that wait without a worker',
  waitingFailed: 'The queues could not be read',
  nothingWaits: 'No queue waits.',
  waits: (tasks: number) => `${many(tasks, 'task')} waiting`,
  startAgent: (queue: string) => `clearml-agent daemon --queue ${quoted(queue)}`,
  copyAgent: 'Copy the command that starts a worker',
  agentHint: 'A worker takes them as soon as one starts on any machine:',
  recent: 'Recent projects',
  recentFailed: 'The projects could not be read',
  noProjects: 'There is no project yet.',
  all: 'All',
  allOf: (what: string) => `All: ${what}`,
  sinceStart: 'Time since it started',

  noTasks: 'Tasks appear here as soon as a script reports one.',
  toGuide: 'Connect a script step by step',

  guideTitle: 'Your first task',
  guideIntro: 'Arno shows what your scripts do. Three steps connect a script on any machine.',
  stepConnect: 'Let your machine in',
  stepConnectHint:
    'A pair of keys tells who reports. The secret is shown only now, so put it in its place right away.',
  makeKeys: 'Create credentials',
  keysLabel: 'First steps',
  stepRun: 'Run a script',
  stepRunHint: 'Install the client and save this as first.py, then run it.',
  install: 'pip install clearml',
  script: `from clearml import Task

task = Task.init("Examples", "First task")
logger = task.get_logger()
for step in range(100):
    logger.report_scalar("loss", "train", 1 / (step + 1), step)
`,
  copyInstall: 'Copy the command',
  copyScript: 'Copy the script',
  stepSee: 'See it here',
  waitingForTask: 'Waiting for your first task…',
  arrived: 'It arrived.',
  openTask: (name: string) => `Open ${name}`,
  watchFailed: 'Whether a task arrived could not be read',
  skip: 'Go to the home page',
}

/** A name as one word of a shell. */
function quoted(text: string): string {
  return /^[\w.:-]+$/.test(text) ? text : `'${text.replace(/'/g, "'\\''")}'`
}
