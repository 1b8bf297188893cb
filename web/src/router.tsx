import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { ApiError, BASE_PATH } from './api/client'
import { outlinesQuery, singleValuesQuery } from './api/events'
import { currentUserQuery } from './api/session'
import { taskQuery } from './api/tasks'
import { NotFoundPage, RouteError } from './frame/Fallbacks'
import { Frame } from './frame/Frame'
import { readCallsSearch, readEntriesSearch, readOverview, readPeriod } from './gateway/search'
import { readOverviewSearch, readProjectsSearch } from './projects/search'
import { SignInPage } from './SignInPage'
import { DEFAULT_TAB, readTabSearch, TAB_PARTS, type Tab, tabOf } from './task/tabs'
import { readPageSearch } from './tasks/beside'
import { readUrlSearch, writeUrlSearch } from './urlSearch'
import { readQueueSearch, readWorkersSearch } from './workers/search'

const root = createRootRouteWithContext<{ client: QueryClient }>()({
  component: Outlet,
  errorComponent: RouteError,
})

const login = createRoute({
  getParentRoute: () => root,
  path: '/login',
  validateSearch: (raw: Record<string, unknown>): { to?: string | undefined } => ({
    to: localPath(raw.to),
  }),
  component: SignInPage,
})

/** Everything behind the sign-in. */
const frame = createRoute({
  getParentRoute: () => root,
  id: 'frame',
  beforeLoad: async ({ context, location }) => {
    try {
      await context.client.ensureQueryData(currentUserQuery)
    } catch (error) {
      if (!(error instanceof ApiError && error.signedOut)) throw error
      throw redirect({ to: '/login', search: { to: location.href } })
    }
  },
  component: Frame,
})

const home = createRoute({
  getParentRoute: () => frame,
  path: '/',
  component: lazyRouteComponent(() => import('./home/HomePage'), 'HomePage'),
})

const welcome = createRoute({
  getParentRoute: () => frame,
  path: '/welcome',
  component: lazyRouteComponent(() => import('./home/WelcomePage'), 'WelcomePage'),
})

const projects = createRoute({
  getParentRoute: () => frame,
  path: '/projects',
  validateSearch: readProjectsSearch,
  component: lazyRouteComponent(() => import('./projects/ProjectsPage'), 'ProjectsPage'),
})

const project = createRoute({
  getParentRoute: () => frame,
  path: '/projects/$projectId',
  beforeLoad: ({ params }) => {
    // The official pages' name for all projects.
    if (params.projectId === '*') throw redirect({ to: '/projects', replace: true })
  },
  component: lazyRouteComponent(() => import('./projects/ProjectPage'), 'ProjectPage'),
})

const projectHome = createRoute({
  getParentRoute: () => project,
  path: '/',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/projects/$projectId/overview', params, replace: true })
  },
})

const projectOverview = createRoute({
  getParentRoute: () => project,
  path: '/overview',
  validateSearch: readOverviewSearch,
  component: lazyRouteComponent(() => import('./projects/OverviewTab'), 'OverviewTab'),
})

const projectBelow = createRoute({
  getParentRoute: () => project,
  path: '/projects',
  validateSearch: readProjectsSearch,
  component: lazyRouteComponent(() => import('./projects/SubProjectsTab'), 'SubProjectsTab'),
})

const tasks = createRoute({
  getParentRoute: () => frame,
  path: '/tasks',
  validateSearch: readPageSearch,
  component: lazyRouteComponent(() => import('./tasks/TasksPage'), 'TasksPage'),
})

const task = createRoute({
  getParentRoute: () => frame,
  path: '/tasks/$taskId',
  beforeLoad: ({ params }) => {
    const tab = DEFAULT_TAB
    throw redirect({ to: '/tasks/$taskId/$tab', params: { ...params, tab }, replace: true })
  },
})

const taskTab = createRoute({
  getParentRoute: () => frame,
  path: '/tasks/$taskId/$tab',
  validateSearch: readTabSearch,
  // What a tab shows is asked for while its code is on the way.
  loader: ({ context: { client }, params: { taskId, tab } }) => {
    client.prefetchQuery(taskQuery(taskId))
    const shown = tabOf(tab) ?? DEFAULT_TAB
    if (shown === 'scalars') {
      client.prefetchQuery(outlinesQuery(taskId))
      client.prefetchQuery(singleValuesQuery(taskId))
    }
    return TAB_PARTS[shown].preload?.()
  },
  staleTime: Number.POSITIVE_INFINITY,
  component: lazyRouteComponent(() => import('./task/TaskPage'), 'TaskPage'),
})

const model = createRoute({
  getParentRoute: () => frame,
  path: '/models/$modelId',
  component: lazyRouteComponent(() => import('./models/ModelPage'), 'ModelPage'),
})

const report = createRoute({
  getParentRoute: () => frame,
  path: '/reports/$reportId',
  component: lazyRouteComponent(() => import('./reports/ReportPage'), 'ReportPage'),
})

/** Two pages under one bar. */
const workersAndQueues = createRoute({
  getParentRoute: () => frame,
  id: 'machines',
  component: lazyRouteComponent(() => import('./workers/WorkersAndQueues'), 'WorkersAndQueues'),
})

const workers = createRoute({
  getParentRoute: () => workersAndQueues,
  path: '/workers',
  validateSearch: readWorkersSearch,
  component: lazyRouteComponent(() => import('./workers/WorkersTab'), 'WorkersTab'),
})

const queues = createRoute({
  getParentRoute: () => workersAndQueues,
  path: '/queues',
  component: lazyRouteComponent(() => import('./workers/QueuesTab'), 'QueuesTab'),
})

const queue = createRoute({
  getParentRoute: () => frame,
  path: '/queues/$queueId',
  validateSearch: readQueueSearch,
  component: lazyRouteComponent(() => import('./workers/QueuePage'), 'QueuePage'),
})

/** Pages under one bar. */
const gateway = createRoute({
  getParentRoute: () => frame,
  path: '/gateway',
  component: lazyRouteComponent(() => import('./gateway/GatewayPage'), 'GatewayPage'),
})

const gatewayOverview = createRoute({
  getParentRoute: () => gateway,
  path: '/',
  validateSearch: readOverview,
  component: lazyRouteComponent(() => import('./gateway/OverviewTab'), 'OverviewTab'),
})

const gatewayCalls = createRoute({
  getParentRoute: () => gateway,
  path: '/calls',
  validateSearch: readCallsSearch,
  component: lazyRouteComponent(() => import('./gateway/CallsTab'), 'CallsTab'),
})

const gatewayCall = createRoute({
  getParentRoute: () => gateway,
  path: '/calls/$callId',
  component: lazyRouteComponent(() => import('./gateway/CallTab'), 'CallTab'),
})

const gatewayConsumption = createRoute({
  getParentRoute: () => gateway,
  path: '/consumption',
  validateSearch: readPeriod,
  component: lazyRouteComponent(() => import('./gateway/ConsumptionTab'), 'ConsumptionTab'),
})

const gatewayTry = createRoute({
  getParentRoute: () => gateway,
  path: '/try/$apiId',
  component: lazyRouteComponent(() => import('./gateway/TryTab'), 'TryTab'),
})

const gatewayEntries = createRoute({
  getParentRoute: () => gateway,
  path: '/$kind',
  validateSearch: readEntriesSearch,
  component: lazyRouteComponent(() => import('./gateway/EntriesTab'), 'EntriesTab'),
})

const settings = createRoute({
  getParentRoute: () => frame,
  path: '/settings',
  component: lazyRouteComponent(() => import('./settings/SettingsPage'), 'SettingsPage'),
})

const settingsHome = createRoute({
  getParentRoute: () => settings,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/settings/profile', replace: true })
  },
})

const profile = createRoute({
  getParentRoute: () => settings,
  path: '/profile',
  component: lazyRouteComponent(() => import('./settings/ProfileTab'), 'ProfileTab'),
})

const credentials = createRoute({
  getParentRoute: () => settings,
  path: '/credentials',
  component: lazyRouteComponent(() => import('./settings/CredentialsTab'), 'CredentialsTab'),
})

const appearance = createRoute({
  getParentRoute: () => settings,
  path: '/appearance',
  component: lazyRouteComponent(() => import('./settings/AppearanceTab'), 'AppearanceTab'),
})

const users = createRoute({
  getParentRoute: () => settings,
  path: '/users',
  component: lazyRouteComponent(() => import('./settings/UsersTab'), 'UsersTab'),
})

const storage = createRoute({
  getParentRoute: () => settings,
  path: '/storage',
  component: lazyRouteComponent(() => import('./settings/StorageTab'), 'StorageTab'),
})

/** The addresses the official SDK prints and the official pages use. */
const officialPaths = (['tasks', 'experiments'] as const).flatMap((noun) => [
  createRoute({
    getParentRoute: () => frame,
    path: `/projects/$project/${noun}`,
    beforeLoad: ({ params }) => {
      const { project } = params as { project: string }
      const search = project === '*' ? {} : { project }
      throw redirect({ to: '/tasks', search, replace: true })
    },
  }),
  createRoute({
    getParentRoute: () => frame,
    path: `/projects/$project/${noun}/$taskId/$`,
    beforeLoad: ({ params }) => {
      const { taskId, _splat } = params as { taskId: string; _splat?: string }
      const tab = officialTab(_splat ?? '')
      throw redirect({ to: '/tasks/$taskId/$tab', params: { taskId, tab }, replace: true })
    },
  }),
])

/** The official addresses of one model; what follows its id is a tab there. */
const officialModels = (['', '/$'] as const).map((rest) =>
  createRoute({
    getParentRoute: () => frame,
    path: `/projects/$project/models/$modelId${rest}`,
    beforeLoad: ({ params }) => {
      const { modelId } = params as { modelId: string }
      throw redirect({ to: '/models/$modelId', params: { modelId }, replace: true })
    },
  }),
)

/** Other addresses of the official pages, and where the same is here. */
const renamedPaths = (
  [
    ['/dashboard', '/'],
    ['/workers-and-queues', '/workers'],
    ['/workers-and-queues/workers', '/workers'],
    ['/workers-and-queues/queues', '/queues'],
    ['/settings/workspace-configuration', '/settings/credentials'],
    ['/settings/webapp-configuration', '/settings/appearance'],
    ['/settings/storage-credentials', '/settings/storage'],
  ] as const
).map(([path, to]) =>
  createRoute({
    getParentRoute: () => frame,
    path,
    beforeLoad: () => {
      throw redirect({ to, replace: true })
    },
  }),
)

/** Parts of the official addresses and the tabs that show the same. */
const OFFICIAL_TABS: [RegExp, Tab][] = [
  [/log$/, 'console'],
  [/scalar/, 'scalars'],
  [/plots/, 'plots'],
  [/debugImages/, 'samples'],
  [/hyper-param/, 'configuration'],
  [/artifacts/, 'artifacts'],
  [/execution/, 'code'],
  [/general|info-output/, 'info'],
]

function officialTab(rest: string): Tab {
  return OFFICIAL_TABS.find(([pattern]) => pattern.test(rest))?.[1] ?? DEFAULT_TAB
}

/** Every other address. */
const elsewhere = createRoute({
  getParentRoute: () => frame,
  path: '$',
  component: NotFoundPage,
})

const tree = root.addChildren([
  login,
  frame.addChildren([
    home,
    welcome,
    projects,
    project.addChildren([projectHome, projectOverview, projectBelow]),
    tasks,
    task,
    taskTab,
    model,
    report,
    workersAndQueues.addChildren([workers, queues]),
    queue,
    gateway.addChildren([
      gatewayOverview,
      gatewayCalls,
      gatewayCall,
      gatewayConsumption,
      gatewayTry,
      gatewayEntries,
    ]),
    settings.addChildren([settingsHome, profile, credentials, appearance, users, storage]),
    ...officialPaths,
    ...officialModels,
    ...renamedPaths,
    elsewhere,
  ]),
])

export function buildRouter(client: QueryClient) {
  return createRouter({
    routeTree: tree,
    basepath: BASE_PATH,
    context: { client },
    parseSearch: readUrlSearch,
    stringifySearch: writeUrlSearch,
    scrollRestoration: true,
    defaultPendingMs: 150,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof buildRouter>
  }
}

/** Where to go after signing in: only a path of this site, so that a link cannot send users elsewhere. */
function localPath(to: unknown): string | undefined {
  return typeof to === 'string' && /^\/(?![/\\])/.test(to) ? to : undefined
}
