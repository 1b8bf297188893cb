import * as Radix from '@radix-ui/react-dialog'
import type { ReactNode } from 'react'
import { words } from '../words'
import { Button } from './Button'
import { CloseIcon } from './icons'

interface DialogProps {
  title: string
  close: () => void
  /** Width in pixels; 480 unless told. */
  width?: number
  children: ReactNode
}

/** A sheet above the page; shown while it is rendered. Escape and a click beside it close it. */
export function Dialog({ title, close, width = 480, children }: DialogProps) {
  return (
    <Radix.Root open onOpenChange={(open) => !open && close()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-scrim" />
        <Radix.Content
          aria-describedby={undefined}
          style={{ width }}
          className="fixed top-[12vh] left-1/2 z-50 flex max-h-[80vh] max-w-[calc(100vw-2rem)] -translate-x-1/2 flex-col rounded-md border bg-raised shadow-overlay"
        >
          <Radix.Title className="shrink-0 border-b py-2.5 pr-12 pl-4 font-medium break-words">
            {title}
          </Radix.Title>
          {children}
          {/* Last, so that what the dialog asks for has the focus first. */}
          <Radix.Close asChild>
            <Button kind="icon" aria-label={words.ui.close} className="absolute top-1.5 right-2">
              <CloseIcon />
            </Button>
          </Radix.Close>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

/** What a dialog is about; scrolls when it is long. */
export function DialogBody({ children }: { children: ReactNode }) {
  return (
    <div className="flex min-h-0 flex-col gap-4 overflow-y-auto px-4 py-4 text-prose">
      {children}
    </div>
  )
}

/** The buttons of a dialog, the main one last. */
export function DialogActions({ children }: { children: ReactNode }) {
  return (
    <div className="flex shrink-0 items-center justify-end gap-2 border-t px-4 py-3">
      {children}
    </div>
  )
}
