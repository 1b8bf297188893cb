/** Words of a task's overview. */
export const overview = {
  metrics: 'Metrics',
  noMetrics: 'No metric has been reported.',
  last: 'last',
  min: 'min',
  max: 'max',
  changed: 'Changed against the parent',
  changedParameters: (count: number) =>
    count === 1 ? '1 parameter differs' : `${count} parameters differ`,
  same: 'All parameters are as in the parent.',
  noParent: 'The task has no parent to compare it with.',
  parentGone: 'The parent is gone.',
  here: 'Here',
  there: 'Parent',
  absent: 'absent',
  console: 'Console',
  noConsole: 'Nothing has been written.',
  outputs: 'Outputs',
  noOutputs: 'Nothing has been kept.',
  all: 'All',
  description: 'Description',
  failed: 'This part could not be read',
}
