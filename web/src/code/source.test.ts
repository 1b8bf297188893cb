import { expect, it } from 'vitest'
import { sourceProblems } from './source'

const fine = {
  repository: 'https://example.com/lab/vision.git',
  version_num: 'a1b2c3d4',
  entry_point: 'src/train.py',
  working_dir: '.',
  binary: 'python3.11',
}

it.each([
  [{}, []],
  [{ repository: 'git@example.com:lab/vision.git', version_num: '', binary: 'bash' }, []],
  [{ repository: 'somewhere' }, ['repository']],
  [{ version_num: 'main' }, ['version_num']],
  [{ working_dir: '../..' }, ['working_dir']],
  [{ entry_point: 'a/../b.py', binary: 'rm -rf' }, ['entry_point', 'binary']],
])('%j has the problems %j', (change, names) => {
  expect(Object.keys(sourceProblems({ ...fine, ...change }))).toEqual(names)
})
