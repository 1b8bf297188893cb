import { words } from '../words'

/** A task's type in words; types the pages do not know are shown as they are written. */
export function typeName(type: string): string {
  return words.tasks.types[type] ?? type.replaceAll('_', ' ')
}
