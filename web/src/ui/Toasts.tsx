import * as Radix from '@radix-ui/react-toast'
import { words } from '../words'
import { Button } from './Button'
import { CloseIcon } from './icons'
import { messageOf } from './Notices'
import { dismissToast, type Toast, toast, useToasts } from './toasts'

/** How long a toast stays when nothing failed (milliseconds). Hovering it stops the clock. */
const STAY = 6_000

/** The corner where toasts appear; once, in the frame. */
export function Toasts() {
  const toasts = useToasts()
  return (
    <Radix.Provider duration={STAY} swipeDirection="right" label={words.ui.notices}>
      {toasts.map((each) => (
        <OneToast key={each.id} {...each} />
      ))}
      <Radix.Viewport className="fixed right-4 bottom-4 z-50 flex w-96 max-w-[calc(100vw-2rem)] flex-col gap-2 outline-none" />
    </Radix.Provider>
  )
}

function OneToast({ id, text, failed, undo }: Toast) {
  return (
    <Radix.Root
      type={failed ? 'foreground' : 'background'}
      duration={failed ? Number.POSITIVE_INFINITY : STAY}
      onOpenChange={(open) => !open && dismissToast(id)}
      className={`flex items-center gap-2 rounded-md border bg-raised py-1.5 pr-1.5 pl-3 shadow-overlay ${failed ? 'border-failed' : ''}`}
    >
      <Radix.Description className="min-w-0 grow break-words">{text}</Radix.Description>
      {undo && (
        <Radix.Action asChild altText={words.ui.undo} onClick={() => takeBack(undo)}>
          <Button kind="quiet" className="!text-accent">
            {words.ui.undo}
          </Button>
        </Radix.Action>
      )}
      <Radix.Close asChild>
        <Button kind="icon" aria-label={words.ui.dismiss}>
          <CloseIcon />
        </Button>
      </Radix.Close>
    </Radix.Root>
  )
}

async function takeBack(undo: () => Promise<unknown>): Promise<void> {
  try {
    await undo()
  } catch (error) {
    toast({ text: `${words.ui.undoFailed}: ${messageOf(error)}`, failed: true })
  }
}
