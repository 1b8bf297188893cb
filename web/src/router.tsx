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
import { currentUserQuery } from './api/session'
import { readConsoleSearch } from './console/search'
import { NotFoundPage, RouteError } from './frame/Fallbacks'
import { Frame } from './frame/Frame'
import { SignInPage } from './SignInPage'
import { readScalarsSearch } from './scalars/search'
import { readSearch } from './tasks/search'
import { readUrlSearch, writeUrlSearch } from './urlSearch'

const root = createRootRouteWithContext<{ client: QueryClient }>()({
  component: Outlet,
  errorComponent: RouteError,
  notFoundComponent: NotFoundPage,
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
  beforeLoad: () => {
    throw redirect({ to: '/tasks', replace: true })
  },
})

const tasks = createRoute({
  getParentRoute: () => frame,
  path: '/tasks',
  validateSearch: readSearch,
  component: lazyRouteComponent(() => import('./tasks/TasksPage'), 'TasksPage'),
})

const task = createRoute({
  getParentRoute: () => frame,
  path: '/tasks/$taskId',
  component: lazyRouteComponent(() => import('./task/TaskPage'), 'TaskPage'),
})

const taskHome = createRoute({
  getParentRoute: () => task,
  path: '/',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/tasks/$taskId/console', params, replace: true })
  },
})

const taskConsole = createRoute({
  getParentRoute: () => task,
  path: '/console',
  validateSearch: readConsoleSearch,
  component: lazyRouteComponent(() => import('./console/ConsoleTab'), 'ConsoleTab'),
})

const taskScalars = createRoute({
  getParentRoute: () => task,
  path: '/scalars',
  validateSearch: readScalarsSearch,
  component: lazyRouteComponent(() => import('./scalars/ScalarsTab'), 'ScalarsTab'),
})

const taskInfo = createRoute({
  getParentRoute: () => task,
  path: '/info',
  component: lazyRouteComponent(() => import('./task/InfoTab'), 'InfoTab'),
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
      const to = officialTab(_splat ?? '')
      throw redirect({ to, params: { taskId }, replace: true })
    },
  }),
])

function officialTab(rest: string) {
  if (rest.endsWith('log')) return '/tasks/$taskId/console'
  return rest.includes('scalar') ? '/tasks/$taskId/scalars' : '/tasks/$taskId/info'
}

const tree = root.addChildren([
  login,
  frame.addChildren([
    home,
    tasks,
    task.addChildren([taskHome, taskConsole, taskScalars, taskInfo]),
    ...officialPaths,
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
