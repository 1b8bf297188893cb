import { lazyRouteComponent } from '@tanstack/react-router'
import { readConsoleSearch } from '../console/search'
import { readPlotsSearch } from '../plots/search'
import { readSamplesSearch } from '../samples/search'
import { readScalarsSearch } from '../scalars/search'
import { words } from '../words'
import { readSectionSearch } from './sectionSearch'

/** The tabs of a task in their order; the names stand in addresses. */
export const TABS = [
  'overview',
  'scalars',
  'plots',
  'samples',
  'console',
  'configuration',
  'artifacts',
  'code',
  'info',
] as const

export type Tab = (typeof TABS)[number]

export const DEFAULT_TAB: Tab = 'overview'

export function tabLabel(tab: Tab): string {
  return words.task.tabs[tab]
}

/** The tab an address names. */
export function tabOf(name: unknown): Tab | undefined {
  return TABS.find((tab) => tab === name)
}

/** Each tab is loaded when it is first shown. */
export const TAB_PARTS = {
  overview: lazyRouteComponent(() => import('../overview/OverviewTab'), 'OverviewTab'),
  scalars: lazyRouteComponent(() => import('../scalars/ScalarsTab'), 'ScalarsTab'),
  plots: lazyRouteComponent(() => import('../plots/PlotsTab'), 'PlotsTab'),
  samples: lazyRouteComponent(() => import('../samples/SamplesTab'), 'SamplesTab'),
  console: lazyRouteComponent(() => import('../console/ConsoleTab'), 'ConsoleTab'),
  configuration: lazyRouteComponent(
    () => import('../configuration/ConfigurationTab'),
    'ConfigurationTab',
  ),
  artifacts: lazyRouteComponent(() => import('../artifacts/ArtifactsTab'), 'ArtifactsTab'),
  code: lazyRouteComponent(() => import('../code/CodeTab'), 'CodeTab'),
  info: lazyRouteComponent(() => import('./InfoTab'), 'InfoTab'),
} satisfies Record<Tab, unknown>

/** What of an address belongs to any of the tabs. Each reads the names it knows and no others. */
export function readTabSearch(raw: Record<string, unknown>) {
  return {
    ...readSectionSearch(raw),
    ...readConsoleSearch(raw),
    ...readPlotsSearch(raw),
    ...readSamplesSearch(raw),
    ...readScalarsSearch(raw),
  }
}
