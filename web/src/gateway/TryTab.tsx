import { useMutation, useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { type FormEvent, useEffect, useState } from 'react'
import { callApi, type Entry, entryQuery, followRun } from '../api/gateway'
import { Button } from '../ui/Button'
import { Problem } from '../ui/Confirm'
import { CONTROL, Field } from '../ui/Field'
import { ErrorNotice, Skeleton } from '../ui/Notices'
import { Snippet } from '../ui/Snippet'
import { Tabs } from '../ui/Tabs'
import { words } from '../words'
import { exampleOf, snippetsOf } from './snippets'

/** Calls an API with parameters typed in, and shows how programs do it. */
export function TryTab() {
  const say = words.gateway
  const { apiId } = useParams({ from: '/frame/gateway/try/$apiId' })
  const found = useQuery(entryQuery('apis', apiId))
  if (found.isPending) return <Skeleton rows={6} height={32} />
  if (found.isError) {
    return <ErrorNotice title={say.failed} error={found.error} retry={() => found.refetch()} />
  }
  return <Console api={found.data} />
}

function Console({ api }: { api: Entry }) {
  const say = words.gateway
  const path = String(api.path)
  const [text, setText] = useState(() => JSON.stringify(exampleOf(api.input_schema), null, 2))
  const [wrong, setWrong] = useState<string | null>(null)
  const call = useMutation({ mutationFn: (params: object) => callApi(path, params) })
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    try {
      call.mutate(JSON.parse(text || '{}'))
      setWrong(null)
    } catch {
      setWrong(say.notJson)
    }
  }
  const snippets = snippetsOf(location.origin + new URL(document.baseURI).pathname, path, text)
  return (
    <section className="flex max-w-4xl flex-col gap-6 p-6">
      <div>
        <h2 className="text-title font-medium">{path}</h2>
        <p className="text-prose text-muted">{String(api.description)}</p>
      </div>
      <form onSubmit={onSubmit} className="flex flex-col items-start gap-3">
        <div className="w-full">
          <Field label={say.parameters} problem={wrong ?? undefined}>
            {(ids) => (
              <textarea
                {...ids}
                rows={8}
                spellCheck={false}
                value={text}
                onChange={(event) => setText(event.currentTarget.value)}
                className={`${CONTROL} !h-auto py-1.5 font-mono`}
              />
            )}
          </Field>
        </div>
        <Button kind="main" type="submit" disabled={call.isPending}>
          {call.isPending ? say.sending : say.send}
        </Button>
        <Problem error={call.error} />
      </form>
      {call.data && <Answer key={call.submittedAt} answer={call.data} />}
      <section aria-label={say.snippets} className="flex flex-col gap-2">
        <h3 className="font-medium">{say.snippets}</h3>
        <Tabs
          label={say.snippets}
          tabs={snippets.map(({ name, text: snippet }) => ({
            name,
            content: <Snippet text={snippet} copy={say.copySnippet} />,
          }))}
        />
      </section>
    </section>
  )
}

function Answer({ answer }: { answer: { status: number; text: string; ms: number } }) {
  const say = words.gateway
  const [state, setState] = useState<string | null>(null)
  const run = runOf(answer.text)
  useEffect(() => (run ? followRun(run, setState) : undefined), [run])
  return (
    <section aria-label={say.answer} aria-live="polite" className="flex flex-col gap-2">
      <h3 className={`font-medium ${answer.status < 400 ? 'text-completed' : 'text-failed'}`}>
        {say.answered(answer.status, answer.ms)}
      </h3>
      {run && <p className="text-muted">{say.running}</p>}
      <Snippet text={pretty(state ?? answer.text)} copy={say.copyPayload} />
    </section>
  )
}

/** The run that a sporadic call started. */
function runOf(text: string): string | undefined {
  try {
    const { task_id: run, status_url: place } = JSON.parse(text)
    return typeof run === 'string' && typeof place === 'string' ? run : undefined
  } catch {
    return undefined
  }
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}
