import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { ApiError } from './api/client'
import { speakFirst } from './frame/language'
import { buildRouter } from './router'
import { useLanguage } from './words'
import './styles.css'

/** What the server has refused it refuses again; only a lost connection is worth another try. */
function worthRetrying(failures: number, error: Error): boolean {
  const refused = error instanceof ApiError && !error.passing
  return !refused && failures < 2
}

const client = new QueryClient({
  queryCache: new QueryCache({ onError: sendToSignIn }),
  defaultOptions: { queries: { retry: worthRetrying, staleTime: 1_000 } },
})
const router = buildRouter(client)

/** A session that ends while pages are open leads to the sign-in, and from there back to the same page. */
function sendToSignIn(error: Error): void {
  const { pathname, href } = router.state.location
  if (!(error instanceof ApiError && error.signedOut) || pathname === '/login') return
  client.clear()
  router.navigate({ to: '/login', search: { to: href } })
}

/** Everything is drawn anew in another language; what is shown is in the address. */
function App() {
  return (
    <QueryClientProvider client={client}>
      <RouterProvider key={useLanguage()} router={router} />
    </QueryClientProvider>
  )
}

await speakFirst()
const element = document.getElementById('root')
if (element) {
  createRoot(element).render(
    <StrictMode>
      <App />
    </StrictMode>,
  )
}
