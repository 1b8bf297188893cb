import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { setPassword, type User, usersQuery } from '../api/users'
import { CopyButton } from '../ui/CopyButton'
import { Field, Input } from '../ui/Field'
import { FormDialog, textIn } from '../ui/FormDialog'
import { toast } from '../ui/toasts'
import { words } from '../words'
import { newPassword } from './password'

/** Sets how somebody signs in. The password is shown here, to be handed on, and never again. */
export function PasswordForm({ user, close }: { user: User; close: () => void }) {
  const say = words.settings
  const client = useQueryClient()
  const [password, setText] = useState(newPassword)
  const save = async (form: FormData) => {
    const login = textIn(form, 'login')
    await setPassword(user.id, login, password)
    await client.invalidateQueries(usersQuery)
    toast({ text: say.passwordSet(user.name, login) })
  }
  return (
    <FormDialog
      title={say.passwordTitle(user.name)}
      action={say.setPassword}
      save={save}
      close={close}
    >
      <Field label={say.login} hint={say.loginHint}>
        {(ids) => (
          <Input
            {...ids}
            name="login"
            required
            autoComplete="off"
            defaultValue={user.login ?? user.name}
          />
        )}
      </Field>
      <Field label={say.password} hint={say.passwordHint}>
        {(ids) => (
          <span className="flex items-center gap-1">
            <Input
              {...ids}
              className="font-mono"
              required
              minLength={8}
              autoComplete="off"
              value={password}
              onChange={({ target }) => setText(target.value)}
            />
            <CopyButton text={password} label={say.copyPassword} />
          </span>
        )}
      </Field>
    </FormDialog>
  )
}
