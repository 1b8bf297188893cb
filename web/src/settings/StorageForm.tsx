import { useQueryClient } from '@tanstack/react-query'
import { type StorageKind, type StorageSettings, saveStorage, storageQuery } from '../api/storage'
import { Field, Input, TextArea } from '../ui/Field'
import { FormDialog, textIn } from '../ui/FormDialog'
import { toast } from '../ui/toasts'
import { words } from '../words'

interface StorageFormProps {
  kind: StorageKind
  settings: StorageSettings
  close: () => void
}

/** Credentials of one kind of object store; a secret that is not touched stays as it is. */
export function StorageForm({ kind, settings, close }: StorageFormProps) {
  const say = words.settings
  const client = useQueryClient()
  const save = async (form: FormData) => {
    await saveStorage(WRITTEN[kind](form, settings))
    await client.invalidateQueries(storageQuery)
    toast({ text: say.storageSaved(say.stores[kind]) })
  }
  const Fields = FIELDS[kind]
  return (
    <FormDialog
      title={say.editStorage(say.stores[kind])}
      action={say.save}
      save={save}
      close={close}
    >
      <Fields settings={settings} />
      <p className="text-small text-muted">{say.secretsHint}</p>
    </FormDialog>
  )
}

interface TextFieldProps {
  name: string
  label: string
  value: string | undefined
  hint?: string
  secret?: boolean
}

function TextField({ name, label, value, hint, secret }: TextFieldProps) {
  return (
    <Field label={label} hint={hint}>
      {(ids) => (
        <Input
          {...ids}
          name={name}
          type={secret ? 'password' : 'text'}
          autoComplete="off"
          defaultValue={value ?? ''}
        />
      )}
    </Field>
  )
}

type FieldsProps = Pick<StorageFormProps, 'settings'>

/** The first entry of a list is edited here; further ones are kept as they are. */
const FIELDS: Record<StorageKind, (props: FieldsProps) => React.ReactNode> = {
  aws: ({ settings: { aws } }) => (
    <>
      <TextField name="key" label={words.settings.accessKey} value={aws?.key} />
      <TextField name="secret" label={words.settings.secretKey} value={aws?.secret} secret />
      <TextField name="region" label={words.settings.region} value={aws?.region} />
      <label className="flex items-center gap-2">
        <input
          type="checkbox"
          name="chain"
          className="accent-accent"
          defaultChecked={aws?.use_credentials_chain}
        />
        {words.settings.ownIdentity}
      </label>
    </>
  ),
  google: ({ settings: { google } }) => (
    <>
      <TextField name="project" label={words.settings.googleProject} value={google?.project} />
      <Field label={words.settings.googleKey} hint={words.settings.googleKeyHint}>
        {(ids) => (
          <TextArea
            {...ids}
            name="credentials"
            rows={5}
            className="font-mono text-small"
            defaultValue={google?.credentials_json ?? ''}
          />
        )}
      </Field>
    </>
  ),
  azure: ({ settings: { azure } }) => {
    const first = azure?.containers?.[0]
    return (
      <>
        <TextField name="account" label={words.settings.account} value={first?.account_name} />
        <TextField
          name="accountKey"
          label={words.settings.accountKey}
          value={first?.account_key}
          secret
        />
        <TextField
          name="container"
          label={words.settings.container}
          value={first?.container_name}
          hint={words.settings.containerHint}
        />
      </>
    )
  },
}

type Written = (form: FormData, before: StorageSettings) => Omit<StorageSettings, 'last_update'>

const WRITTEN: Record<StorageKind, Written> = {
  aws: (form, { aws }) => ({
    aws: {
      ...aws,
      key: textIn(form, 'key'),
      secret: textIn(form, 'secret'),
      region: textIn(form, 'region'),
      use_credentials_chain: form.get('chain') !== null,
    },
  }),
  google: (form, { google }) => ({
    google: {
      ...google,
      project: textIn(form, 'project'),
      credentials_json: textIn(form, 'credentials'),
    },
  }),
  azure: (form, { azure }) => ({
    azure: {
      containers: [
        {
          account_name: textIn(form, 'account'),
          account_key: textIn(form, 'accountKey'),
          container_name: textIn(form, 'container'),
        },
        ...(azure?.containers?.slice(1) ?? []),
      ],
    },
  }),
}
