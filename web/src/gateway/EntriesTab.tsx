import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { type Entry, entriesQuery, KINDS, type Kind } from '../api/gateway'
import { currentUserQuery } from '../api/session'
import { Button } from '../ui/Button'
import { Input } from '../ui/Field'
import { PlusIcon } from '../ui/icons'
import { Empty, ErrorNotice, Skeleton } from '../ui/Notices'
import { words } from '../words'
import { EntryCell } from './EntryCell'
import { EntryForm } from './EntryForm'
import { EntryMenu } from './EntryMenu'
import { FORMS } from './kinds'
import { Pager } from './Pager'

const SIZE = 50

/** What is registered of one kind: a table to search, and a form for each. */
export function EntriesTab() {
  const named = useParams({ from: '/frame/gateway/$kind' }).kind
  const kind = KINDS.find((known) => known === named)
  return kind ? <Entries key={kind} kind={kind} /> : <Empty title={words.frame.noPage} />
}

function Entries({ kind }: { kind: Kind }) {
  const say = words.gateway
  const { q = '', page: shown } = useSearch({ from: '/frame/gateway/$kind' })
  const navigate = useNavigate()
  const page = Number(shown ?? 0) || 0
  const [adding, setAdding] = useState(false)
  const list = useQuery({ ...entriesQuery(kind, q, page, SIZE), placeholderData: keepPreviousData })
  const role = useQuery(currentUserQuery).data?.role
  const go = (search: { q?: string; page?: string }) =>
    navigate({ to: '/gateway/$kind', params: { kind }, search: { q, ...search }, replace: true })
  const asks = kind === 'grants' && role !== 'admin' && role !== 'superuser'
  return (
    <section aria-labelledby="entries" className="flex w-full flex-col gap-4 p-6">
      <div className="flex flex-wrap items-start justify-between gap-4">
        <div>
          <h2 id="entries" className="text-title font-medium">
            {say.kinds[kind].many}
          </h2>
          <p className="text-prose text-muted">{say.kinds[kind].hint}</p>
        </div>
        <div className="flex items-center gap-2">
          <Input
            type="search"
            aria-label={say.search}
            placeholder={say.search}
            defaultValue={q}
            className="!w-56"
            onChange={(event) => go({ q: event.currentTarget.value, page: '' })}
          />
          <Button kind="main" className="!h-8 shrink-0" onClick={() => setAdding(true)}>
            <PlusIcon />
            {asks ? say.ask : say.add(say.kinds[kind].one)}
          </Button>
        </div>
      </div>
      {adding && <EntryForm kind={kind} close={() => setAdding(false)} />}
      {list.isPending && <Skeleton rows={4} height={36} />}
      {list.isError && !list.data && (
        <ErrorNotice title={say.failed} error={list.error} retry={() => list.refetch()} />
      )}
      {list.data?.items.length === 0 && (
        <Empty title={q ? say.noMatch : say.none(say.kinds[kind].many)} />
      )}
      {list.data && list.data.items.length > 0 && <Table kind={kind} entries={list.data.items} />}
      <Pager
        page={page}
        size={SIZE}
        total={list.data?.total ?? 0}
        go={(to) => go({ page: String(to) })}
      />
    </section>
  )
}

function Table({ kind, entries }: { kind: Kind; entries: Entry[] }) {
  const say = words.gateway
  const { columns } = FORMS[kind]
  return (
    <div className="overflow-x-auto">
      <table className="w-full min-w-160 border-collapse">
        <thead>
          <tr className="h-8 border-b text-left text-small text-muted">
            {columns.map((column) => (
              <th key={column} scope="col" className="px-2 font-medium first:pl-0">
                {say.fields[column]}
              </th>
            ))}
            <td />
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <tr key={entry.id} className="h-9 border-b hover:bg-hover">
              {columns.map((column) => (
                <td key={column} className="max-w-64 truncate px-2 first:pl-0">
                  <EntryCell kind={kind} entry={entry} field={column} />
                </td>
              ))}
              <td className="w-10 text-right">
                <EntryMenu kind={kind} entry={entry} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
