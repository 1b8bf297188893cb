import * as Dialog from '@radix-ui/react-dialog'
import { Button } from '../ui/Button'
import { CloseIcon } from '../ui/icons'

const KEYS: [keys: string[], what: string][] = [
  [['/'], 'Filter'],
  [['j', 'k'], 'Next and previous row'],
  [['Enter'], 'Open the row'],
  [['Esc'], 'Leave the filter, or go back'],
  [['1', '2', '3'], 'Console, scalars, info of a task'],
  [['t'], 'Dark or light'],
  [['?'], 'This sheet'],
]

interface KeySheetProps {
  open: boolean
  onOpenChange: (open: boolean) => void
}

/** Every key the pages know. */
export function KeySheet({ open, onOpenChange }: KeySheetProps) {
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-[oklch(0_0_0/0.4)]" />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed top-[18vh] left-1/2 z-50 w-96 max-w-[calc(100vw-2rem)] -translate-x-1/2 rounded-md border bg-raised shadow-overlay"
        >
          <div className="flex h-11 items-center justify-between border-b pr-2 pl-4">
            <Dialog.Title className="font-medium">Keyboard</Dialog.Title>
            <Dialog.Close asChild>
              <Button kind="icon" aria-label="Close">
                <CloseIcon />
              </Button>
            </Dialog.Close>
          </div>
          <dl className="px-4 py-2">
            {KEYS.map(([keys, what]) => (
              <div key={what} className="flex h-8 items-center justify-between">
                <dt>{what}</dt>
                <dd className="flex gap-1">
                  {keys.map((key) => (
                    <kbd
                      key={key}
                      className="rounded-md border bg-sunken px-1.5 font-mono text-small text-muted"
                    >
                      {key}
                    </kbd>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
