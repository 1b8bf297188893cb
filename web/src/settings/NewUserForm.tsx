import { useQueryClient } from '@tanstack/react-query'
import { createUser, usersQuery } from '../api/users'
import { ROLES, roleName } from '../frame/roles'
import { Field, Input, Select } from '../ui/Field'
import { FormDialog, textIn } from '../ui/FormDialog'
import { Snippet } from '../ui/Snippet'
import { toast } from '../ui/toasts'
import { words } from '../words'

/** Makes a user; the password is set on the server, where nobody else sees it. */
export function NewUserForm({ company, close }: { company: string; close: () => void }) {
  const say = words.settings
  const client = useQueryClient()
  const save = async (form: FormData) => {
    const name = textIn(form, 'name')
    const user = { name, email: textIn(form, 'email'), role: textIn(form, 'role') }
    await createUser(user, company)
    await client.invalidateQueries(usersQuery)
    toast({ text: say.userWasCreated(name) })
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
      <div className="flex flex-col gap-2">
        <p className="text-small text-muted">{say.passwordHint}</p>
        <Snippet text={say.passwordCommand} copy={say.copyCommand} />
      </div>
    </FormDialog>
  )
}
