import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { words } from '../words'
import { Button } from './Button'
import { Dialog, DialogActions, DialogBody } from './Dialog'
import { messageOf } from './Notices'

interface ConfirmProps {
  /** The question, with the object's name: "Delete the project Parking?". */
  title: string
  /** What will happen, one sentence each; said before the button. */
  consequences: ReactNode[]
  /** The button's verb and object: "Delete 3 tasks". */
  action: string
  /** Something is taken away for good. */
  danger?: boolean
  /** The action cannot be done as things are; the consequences say why. */
  off?: boolean
  run: () => Promise<unknown>
  close: () => void
  /** More choices, below the consequences. */
  children?: ReactNode
}

/** Asks before something that cannot simply be undone; stays open with the reason when it fails. */
export function Confirm(props: ConfirmProps) {
  const { title, consequences, action, danger, off, run, close, children } = props
  const attempt = useMutation({ mutationFn: run, onSuccess: close })
  return (
    <Dialog title={title} close={close}>
      <DialogBody>
        <ul className="flex list-disc flex-col gap-1 pl-5">
          {consequences.map((consequence, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes its order
            <li key={at}>{consequence}</li>
          ))}
        </ul>
        {children}
        <Problem error={attempt.error} />
      </DialogBody>
      <DialogActions>
        <Button onClick={close}>{words.ui.cancel}</Button>
        <Button
          kind={danger ? 'danger' : 'main'}
          disabled={off || attempt.isPending}
          onClick={() => attempt.mutate()}
        >
          {action}
        </Button>
      </DialogActions>
    </Dialog>
  )
}

/** Why the last attempt failed, in a dialog or a form. */
export function Problem({ error }: { error: unknown }) {
  if (!error) return null
  return (
    <p role="alert" className="break-words text-failed">
      {messageOf(error)}
    </p>
  )
}
