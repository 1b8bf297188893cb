import { useQueryClient } from '@tanstack/react-query'
import { createUser, type User, usersQuery } from '../api/users'
import { ROLES, roleName } from '../frame/roles'
import { Field, Input, Select } from '../ui/Field'
import { FormDialog, textIn } from '../ui/FormDialog'
import { toast } from '../ui/toasts'
import { words } from '../words'

interface NewUserFormProps {
  company: string
  /** Told who was made. */
  made: (user: User) => void
  close: () => void
}

/** Makes a user, who needs a password or keys next. */
export function NewUserForm({ company, made, close }: NewUserFormProps) {
  const say = words.settings
  const client = useQueryClient()
  const save = async (form: FormData) => {
    const name = textIn(form, 'name')
    const user = { name, email: textIn(form, 'email'), role: textIn(form, 'role') }
    const id = await createUser(user, company)
    await client.invalidateQueries(usersQuery)
    toast({ text: say.userWasCreated(name) })
    made({ id, name })
  }
  return (
    <FormDialog title={say.newUser} action={say.createUser} save={save} close={close}>
      <Field label={say.name}>{(ids) => <Input {...ids} name="name" required />}</Field>
      <Field label={say.email}>
        {(ids) => <Input {...ids} name="email" type="email" required />}
      </Field>
      <Field label={say.role}>
        {(ids) => (
          <Select
            {...ids}
            name="role"
            defaultValue="user"
            options={ROLES.map((value) => ({ value, label: roleName(value) }))}
          />
        )}
      </Field>
    </FormDialog>
  )
}
