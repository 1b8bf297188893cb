import { formatCount } from '../../format/number'
import { many } from './many'

/** Words of the console tab. */
export const console = {
  title: 'Console',
  failed: 'The console could not be read',
  noneYet: 'Nothing has been written yet. Lines appear here as the task writes them.',
  none: 'This task wrote nothing to its console.',
  noneOfLevel: 'No loaded line has this level.',
  noneSince: 'Nothing was written since then.',
  level: 'Level',
  levels: {
    debug: 'All levels',
    info: 'Info and above',
    warning: 'Warnings and errors',
    error: 'Errors',
  },
  wrap: 'Wrap',
  find: 'Find in the console',
  previous: 'Previous match (Shift Enter)',
  next: 'Next match (Enter)',
  seeking: 'looking further back',
  found: (nth: number, all: number) => `${formatCount(nth)} of ${formatCount(all)}`,
  lines: (count: number) => many(count, 'line'),
  goToTime: 'Go to a time',
  download: 'Download',
  downloadHint: 'The whole console as a text file',
  follow: 'Follow',
  messages: (count: number) => many(count, 'message'),
  lastOf: (count: number, all: number) => `last ${formatCount(count)} of ${many(all, 'message')}`,
  someOf: (count: number, all: number) => `${formatCount(count)} of ${many(all, 'message')}`,
}
