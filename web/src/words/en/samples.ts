import { many } from './many'

/** Words of the debug samples tab. */
export const samples = {
  title: 'Debug samples',
  metric: 'Metric',
  allMetrics: 'All metrics',
  count: (count: number) => many(count, 'sample'),
  open: (name: string) => `Open ${name}`,
  previous: 'Previous sample (←)',
  next: 'Next sample (→)',
  earlier: 'Earlier iteration (↓)',
  later: 'Later iteration (↑)',
  copyAddress: 'Copy the address',
  save: 'Download',
  fit: 'Fit',
  smaller: 'Smaller',
  larger: 'Larger',
  elsewhere: 'Only the place of this file is known.',
  notShown: 'This file cannot be shown.',
  gone: 'There is no such sample any more.',
  failed: 'The samples could not be read',
  noneYet: 'No sample has been reported yet. Samples appear here as the task reports them.',
  none: 'This task reported no debug samples.',
  noneOfMetric: 'This metric has no samples.',
}
