import { describe, expect, it } from 'vitest'
import { createRequest, EMPTY_TASK, newTaskProblems } from './newTask'

const script = { ...EMPTY_TASK, name: 'a task', project: 'Lab', text: 'print(1)' }
const repository = {
  ...EMPTY_TASK,
  name: ' from git ',
  project: 'Lab',
  repository: 'https://git.example.org/lab.git',
  script: 'train.py',
}

describe('newTaskProblems', () => {
  it('finds nothing wrong with a script or a repository', () => {
    expect(newTaskProblems(script)).toEqual({})
    expect(newTaskProblems(repository)).toEqual({})
  })

  it.each([
    ['name', { name: 'ab' }],
    ['project', { project: ' ' }],
    ['text', { text: '\n' }],
    ['repository', { repository: 'not one', script: 'a.py' }],
    ['script', { repository: 'https://git.example.org/lab.git' }],
    ['folder', { folder: '../up' }],
    ['binary', { binary: 'rm -rf' }],
    ['revision', { revisionKind: 'version_num', revision: 'main' }],
    ['parameters', { parameters: 'lr=1\nepochs' }],
    ['parameters', { parameters: 'a.b=1' }],
  ] as const)('tells what is wrong with %s', (field, change) => {
    expect(Object.keys(newTaskProblems({ ...script, ...change }))).toContain(field)
  })
})

describe('createRequest', () => {
  it('sends a script without a repository as its own text', () => {
    expect(createRequest(script, 'p1')).toEqual({
      name: 'a task',
      project: 'p1',
      type: 'training',
      script: { binary: 'python3', working_dir: '.', entry_point: 'script.py', diff: 'print(1)' },
      container: {},
    })
  })

  it('sends repository, revision, parameters, packages and container', () => {
    const form = {
      ...repository,
      revisionKind: 'tag' as const,
      revision: 'v1',
      parameters: 'lr = 0.1\n\nurl=a=b',
      packages: 'numpy\n',
      image: 'python:3.12',
      arguments: '--ipc=host',
      setup: 'apt-get update',
      output: 's3://bucket',
      comment: 'why',
    }
    expect(createRequest(form, 'p1')).toEqual({
      name: 'from git',
      project: 'p1',
      type: 'training',
      comment: 'why',
      output_dest: 's3://bucket',
      script: {
        binary: 'python3',
        working_dir: '.',
        entry_point: 'train.py',
        repository: 'https://git.example.org/lab.git',
        tag: 'v1',
        requirements: { pip: 'numpy' },
      },
      container: {
        image: 'python:3.12',
        arguments: '--ipc=host',
        setup_shell_script: 'apt-get update',
      },
      hyperparams: {
        Args: {
          lr: { section: 'Args', name: 'lr', value: '0.1' },
          url: { section: 'Args', name: 'url', value: 'a=b' },
        },
      },
    })
  })
})
