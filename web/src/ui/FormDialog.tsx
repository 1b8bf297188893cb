import { useMutation } from '@tanstack/react-query'
import type { FormEvent, ReactNode } from 'react'
import { words } from '../words'
import { Button } from './Button'
import { Problem } from './Confirm'
import { Dialog, DialogActions, DialogBody } from './Dialog'

interface FormDialogProps {
  title: string
  /** The button's verb. */
  action: string
  /** Does what the form asks for; the dialog closes when it is done and stays with the reason when it fails. */
  save: (form: FormData) => Promise<unknown>
  close: () => void
  children: ReactNode
}

/** A sheet with fields, told by their names to what saves them. */
export function FormDialog({ title, action, save, close, children }: FormDialogProps) {
  const attempt = useMutation({ mutationFn: save, onSuccess: close })
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    attempt.mutate(new FormData(event.currentTarget))
  }
  return (
    <Dialog title={title} close={close}>
      <form onSubmit={onSubmit} className="contents">
        <DialogBody>
          {children}
          <Problem error={attempt.error} />
        </DialogBody>
        <DialogActions>
          <Button onClick={close}>{words.ui.cancel}</Button>
          <Button kind="main" type="submit" disabled={attempt.isPending}>
            {action}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  )
}

/** A named field of a submitted form as text without space around it. */
export function textIn(form: FormData, name: string): string {
  return String(form.get(name) ?? '').trim()
}
