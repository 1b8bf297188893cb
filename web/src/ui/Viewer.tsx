import * as Radix from '@radix-ui/react-dialog'
import type { KeyboardEvent, ReactNode } from 'react'
import { words } from '../words'
import { Button } from './Button'
import { CloseIcon } from './icons'

interface ViewerProps {
  title: string
  /** Controls between the title and the button that closes. */
  controls?: ReactNode
  close: () => void
  onKeyDown?: (event: KeyboardEvent) => void
  children: ReactNode
}

/** One thing shown over nearly the whole window; shown while it is rendered. */
export function Viewer({ title, controls, close, onKeyDown, children }: ViewerProps) {
  return (
    <Radix.Root open onOpenChange={(open) => !open && close()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-scrim" />
        <Radix.Content
          aria-describedby={undefined}
          onKeyDown={onKeyDown}
          className="fixed inset-4 z-50 flex flex-col rounded-md border bg-page shadow-overlay outline-none"
        >
          <div className="flex min-h-11 shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-b py-1 pr-2 pl-4">
            <Radix.Title className="min-w-0 grow truncate font-medium normal-nums" title={title}>
              {title}
            </Radix.Title>
            {controls}
            <Radix.Close asChild>
              <Button kind="icon" aria-label={words.ui.close}>
                <CloseIcon />
              </Button>
            </Radix.Close>
          </div>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
