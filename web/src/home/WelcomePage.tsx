import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useId } from 'react'
import { createCredential, credentialsQuery } from '../api/credentials'
import { newestTaskQuery } from '../api/home'
import { currentUserQuery } from '../api/session'
import { TopBar } from '../frame/TopBar'
import { ClientSetup } from '../settings/ClientSetup'
import { Button, buttonLook } from '../ui/Button'
import { Problem } from '../ui/Confirm'
import { ErrorNotice } from '../ui/Notices'
import { Snippet } from '../ui/Snippet'
import { StatusMark } from '../ui/StatusMark'
import { words } from '../words'

/** The way from an empty server to the first task on the screen. */
export function WelcomePage() {
  const say = words.home
  return (
    <>
      <TopBar>
        <h1 className="font-medium">{say.guideTitle}</h1>
      </TopBar>
      <main className="min-h-0 grow overflow-y-auto">
        <div className="mx-auto flex w-full max-w-2xl flex-col gap-8 px-4 py-8">
          <p className="text-prose text-muted">{say.guideIntro}</p>
          <Step number={1} title={say.stepConnect} hint={say.stepConnectHint}>
            <Keys />
          </Step>
          <Step number={2} title={say.stepRun} hint={say.stepRunHint}>
            <Snippet text={say.install} copy={say.copyInstall} />
            <Snippet text={say.script} copy={say.copyScript} />
          </Step>
          <Step number={3} title={say.stepSee}>
            <Arrival />
          </Step>
        </div>
      </main>
    </>
  )
}

interface StepProps {
  number: number
  title: string
  hint?: string
  children: ReactNode
}

function Step({ number, title, hint, children }: StepProps) {
  const id = useId()
  return (
    <section aria-labelledby={id} className="flex gap-4">
      <span
        aria-hidden="true"
        className="grid size-6 shrink-0 place-items-center rounded-full border border-line-strong text-small text-muted"
      >
        {number}
      </span>
      <div className="flex min-w-0 grow flex-col items-start gap-3">
        <div>
          <h2 id={id} className="text-title font-medium">
            {title}
          </h2>
          {hint && <p className="text-prose text-muted">{hint}</p>}
        </div>
        {children}
      </div>
    </section>
  )
}

function Keys() {
  const say = words.home
  const client = useQueryClient()
  const make = useMutation({
    mutationFn: () => createCredential(say.keysLabel),
    onSuccess: () => client.invalidateQueries(credentialsQuery),
  })
  if (make.data) {
    return (
      <div className="w-full min-w-0">
        <ClientSetup keys={make.data} />
      </div>
    )
  }
  return (
    <>
      <Button kind="main" disabled={make.isPending} onClick={() => make.mutate()}>
        {say.makeKeys}
      </Button>
      <Problem error={make.error} />
    </>
  )
}

/** Waits for a task of this user and turns into it. */
function Arrival() {
  const say = words.home
  const user = useQuery(currentUserQuery).data
  const {
    data: task,
    error,
    refetch,
  } = useQuery({
    ...newestTaskQuery(user?.id),
    enabled: user !== undefined,
  })
  if (error && task === undefined) {
    return <ErrorNotice title={say.watchFailed} error={error} retry={() => refetch()} />
  }
  if (!task) {
    return (
      <p role="status" className="flex items-center gap-2 text-prose text-muted">
        <span aria-hidden="true" className="size-2 animate-pulse-soft rounded-full bg-running" />
        {say.waitingForTask}
      </p>
    )
  }
  return (
    <>
      <p role="status" className="flex flex-wrap items-center gap-3 text-prose">
        {say.arrived}
        <StatusMark wire={task.status} progress={task.runtime?.progress} />
      </p>
      <div className="flex flex-wrap gap-2">
        <Link
          to="/tasks/$taskId"
          params={{ taskId: task.id }}
          className={`${buttonLook('main')} max-w-full`}
        >
          <span className="truncate">{say.openTask(task.name)}</span>
        </Link>
        <Link to="/" className={buttonLook('plain')}>
          {say.skip}
        </Link>
      </div>
    </>
  )
}
