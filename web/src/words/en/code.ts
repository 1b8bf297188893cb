const KINDS: Record<string, string> = {
  pip: 'Packages (pip)',
  conda: 'Packages (conda)',
  org_pip: 'Packages before the run (pip)',
  org_conda: 'Packages before the run (conda)',
}

/** Words of the code and environment tab. */
export const code = {
  title: 'Code & environment',
  code: 'Code',
  environment: 'Environment',
  source: 'Source',
  changes: 'Uncommitted changes',
  script: 'Script',
  packages: (kind: string) => KINDS[kind] ?? `Packages (${kind})`,
  container: 'Container',
  copy: 'Copy',
  noChanges: 'The code was committed as it ran.',
  noPackages: 'No package is listed.',
  failed: 'The code could not be read',
  fields: {
    repository: 'Repository',
    branch: 'Branch',
    tag: 'Tag',
    version_num: 'Commit',
    working_dir: 'Working folder',
    entry_point: 'Script',
    binary: 'Interpreter',
    destination: 'Output destination',
  },
  containerFields: {
    image: 'Image',
    arguments: 'Arguments',
    setup_shell_script: 'Set-up script',
  },
  wrong: {
    repository: 'An agent clones from a URL, user@host:path or an absolute path.',
    commit: 'A commit is 4 to 64 hexadecimal digits. A branch has its own field.',
    folder: 'A path inside the repository has no “..” in it.',
    binary: 'An agent starts python or a shell.',
    image: 'An image has no space in its name.',
  },
}
