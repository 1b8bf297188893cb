import { words } from '../words'

/** Interpreters an agent can start. */
const BINARY =
  /^(?:python(?:\d+(?:\.\d+)?)?|\/\S*python[\d.]*|bash|sh|zsh|\/bin\/(?:ba|z)?sh|pythonw?)$/

const REPOSITORY = /^(?:[a-z][a-z+]*:\/\/\S+|[\w.-]+@[\w.-]+:\S+|\/\S*|~\/\S*)$/i

const COMMIT = /^[0-9a-f]{4,64}$/i

interface SourceFields {
  repository: string
  version_num: string
  entry_point: string
  working_dir: string
  binary: string
}

/** What an agent could not run, by field. */
export function sourceProblems(source: SourceFields): Partial<Record<string, string>> {
  const wrong = words.code.wrong
  const problems: Partial<Record<string, string>> = {}
  const { repository, version_num: commit, entry_point: script, working_dir: folder } = source
  if (repository && !REPOSITORY.test(repository)) problems.repository = wrong.repository
  if (commit && !COMMIT.test(commit)) problems.version_num = wrong.commit
  if (folder.split('/').includes('..')) problems.working_dir = wrong.folder
  if (script.split('/').includes('..')) problems.entry_point = wrong.folder
  if (source.binary && !BINARY.test(source.binary)) problems.binary = wrong.binary
  return problems
}
