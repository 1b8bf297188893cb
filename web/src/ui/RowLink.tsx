import { useRouter } from '@tanstack/react-router'
import type { MouseEvent, ReactNode } from 'react'
import { BASE_PATH } from '../api/client'

interface RowLinkProps {
  /** Below the base path, without a leading slash. */
  path: string
  title?: string
  className?: string
  children: ReactNode
}

/** A link in a long list: the router's own one follows every change of the address, too much for each row. */
export function RowLink({ path, ...rest }: RowLinkProps) {
  const router = useRouter()
  const href = `${BASE_PATH}${path}`
  const follow = (event: MouseEvent) => {
    const modified = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey
    if (event.button !== 0 || modified) return
    event.preventDefault()
    router.history.push(href)
  }
  return <a href={href} onClick={follow} {...rest} />
}
