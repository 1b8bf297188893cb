import type { ProjectListing } from '../api/projects'

/** The state of a list of projects, as its address holds it. */
export interface ProjectsSearch {
  /** A regular expression on path and description; it searches at every depth. */
  q?: string | undefined
  /** `name`; by the last update when absent. */
  order?: 'name' | undefined
  /** `tree`; cards when absent. */
  view?: 'tree' | undefined
  /** Ids of the tree's open projects, joined by commas. */
  open?: string | undefined
}

/** Reads an address: what it cannot mean is dropped. */
export function readProjectsSearch(raw: Record<string, unknown>): ProjectsSearch {
  return {
    q: text(raw.q),
    order: raw.order === 'name' ? 'name' : undefined,
    view: raw.view === 'tree' ? 'tree' : undefined,
    open: text(raw.open),
  }
}

export function listingOf(search: ProjectsSearch, parent: string | undefined): ProjectListing {
  return { parent, q: search.q, order: search.order ?? 'last_update' }
}

/** The tree's open projects. */
export function openIn(open: string | undefined): Set<string> {
  return new Set((open ?? '').split(',').filter(Boolean))
}

/** The open projects with one opened or closed. */
export function toggleOpen(open: string | undefined, id: string): string | undefined {
  const ids = openIn(open)
  if (!ids.delete(id)) ids.add(id)
  return text([...ids].join(','))
}

/** The state of a project's overview, as its address holds it. */
export interface OverviewSearch {
  /** The hashes of metric and variant, with a dot between. */
  metric?: string | undefined
  /** `min` or `max`; the last value when absent. */
  value?: 'min' | 'max' | undefined
}

export function readOverviewSearch(raw: Record<string, unknown>): OverviewSearch {
  const metric = text(raw.metric)
  const value = raw.value === 'min' || raw.value === 'max' ? raw.value : undefined
  return { metric: metric && /^[0-9a-f]+\.[0-9a-f]+$/.test(metric) ? metric : undefined, value }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
