import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { choicesQuery, type Entry, type Kind } from '../api/gateway'
import { queuesQuery } from '../api/queues'
import { CONTROL, Field, Input, Select } from '../ui/Field'
import { words } from '../words'
import { type FieldOf, shownField } from './kinds'
import { nameOf } from './names'

interface FormFieldProps {
  field: FieldOf
  entry: Entry | undefined
}

/** A field of an entry's form. */
export function FormField({ field, entry }: FormFieldProps) {
  const say = words.gateway
  const { name, control, required = false } = field
  const value = entry ? entry[name] : field.initial
  const text = shownField(control, value)
  const hint = field.hint && say.hints[field.hint]
  if (control === 'flag') {
    return (
      <label className="flex items-start gap-2 text-table">
        <input type="checkbox" name={name} defaultChecked={value === true} className="mt-1" />
        <span>
          {say.fields[name]}
          {hint && <span className="block text-small text-muted">{hint}</span>}
        </span>
      </label>
    )
  }
  return (
    <Field label={say.fields[name]} hint={hint}>
      {(ids) => {
        if (control === 'json' || control === 'lines') {
          return (
            <textarea
              {...ids}
              name={name}
              rows={3}
              spellCheck={false}
              defaultValue={text}
              className={`${CONTROL} !h-auto py-1.5 font-mono`}
            />
          )
        }
        if (control === 'queue') return <Queues ids={ids} name={name} value={text} />
        if (control === 'apiTarget') return <Targets ids={ids} entry={entry} />
        if (control === 'subject') return <Subject ids={ids} />
        if (typeof control === 'object' && 'entries' in control) {
          return (
            <Entries
              ids={ids}
              name={name}
              kind={control.entries}
              value={text}
              required={required}
            />
          )
        }
        return (
          <Input
            {...ids}
            name={name}
            required={required}
            type={control === 'number' ? 'number' : control === 'secret' ? 'password' : 'text'}
            step="any"
            autoComplete="off"
            defaultValue={text}
          />
        )
      }}
    </Field>
  )
}

type Ids = { id: string }

function Queues({ ids, name, value }: { ids: Ids; name: string; value: string }) {
  const queues = useQuery(queuesQuery).data ?? []
  const options = queues.map((queue) => ({ value: queue.name, label: queue.name }))
  const known = options.some((option) => option.value === value)
  const all = value && !known ? [{ value, label: value }, ...options] : options
  return (
    <Select
      {...ids}
      key={all.length}
      name={name}
      required
      defaultValue={value}
      options={all}
      className="w-full"
    />
  )
}

interface EntriesProps {
  ids: Ids
  name: string
  kind: Kind
  value: string
  required: boolean
}

function Entries({ ids, name, kind, value, required }: EntriesProps) {
  const items = useQuery(choicesQuery(kind)).data?.items ?? []
  // Endpoints name their machine by its task.
  const chosen = items.map((item) => ({
    value: kind === 'machines' ? String(item.task) : item.id,
    label: nameOf(kind, item),
  }))
  const options = [{ value: '', label: `${words.gateway.choose}…` }, ...chosen]
  return (
    <Select
      {...ids}
      key={options.length}
      name={name}
      required={required}
      defaultValue={value}
      options={options}
      className="w-full"
    />
  )
}

function Targets({ ids, entry }: { ids: Ids; entry: Entry | undefined }) {
  const tasks = useQuery(choicesQuery('tasks')).data?.items ?? []
  const endpoints = useQuery(choicesQuery('endpoints')).data?.items ?? []
  const say = words.gateway
  const options = [
    { value: '', label: `${say.choose}…` },
    ...tasks.map((task) => ({
      value: `sporadic ${task.id}`,
      label: `${say.kinds.tasks.one}: ${nameOf('tasks', task)}`,
    })),
    ...endpoints.map((each) => ({
      value: `stable ${each.id}`,
      label: `${say.kinds.endpoints.one}: ${nameOf('endpoints', each)}`,
    })),
  ]
  const value = entry ? `${entry.mode} ${entry.target}` : ''
  return (
    <Select
      {...ids}
      key={options.length}
      name="target"
      required
      defaultValue={value}
      options={options}
      className="w-full"
    />
  )
}

function Subject({ ids }: { ids: Ids }) {
  const say = words.gateway
  const [kind, setKind] = useState('user')
  const options = Object.entries(say.subjects).map(([value, label]) => ({ value, label }))
  return (
    <span className="flex gap-2">
      <Select
        {...ids}
        name="subject"
        value={kind}
        options={options}
        onChange={(event) => setKind(event.currentTarget.value)}
        className="shrink-0"
      />
      {kind !== 'anonymous' && <Input name="subject_name" aria-label={say.fields.user} required />}
    </span>
  )
}
