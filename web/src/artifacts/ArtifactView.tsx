import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { refreshTasks } from '../actions/perform'
import { downloadAddress } from '../api/files'
import { type Artifact, deleteArtifact } from '../api/outputs'
import type { Task } from '../api/tasks'
import { formatBytes } from '../format/bytes'
import { isReachable } from '../format/file'
import { formatMoment } from '../format/time'
import { Button, buttonLook } from '../ui/Button'
import { Confirm } from '../ui/Confirm'
import { CopyButton } from '../ui/CopyButton'
import { Fact, Facts } from '../ui/Facts'
import { SaveIcon } from '../ui/icons'
import { words } from '../words'
import { Preview } from './Preview'

/** One artifact: what it is, where it lies, and what is in it. */
export function ArtifactView({ task, artifact }: { task: Task; artifact: Artifact }) {
  const client = useQueryClient()
  const [deleting, setDeleting] = useState(false)
  const text = words.artifacts
  const { uri = '', hash } = artifact
  const remove = async () => {
    await deleteArtifact(task.id, artifact)
    await refreshTasks(client)
  }
  return (
    <section aria-label={artifact.key} className="flex min-h-0 grow flex-col px-4 pb-4">
      <div className="flex min-h-11 shrink-0 items-center gap-2">
        <h2 className="min-w-0 truncate font-semibold normal-nums">{artifact.key}</h2>
        <span className="ml-auto" />
        <Button onClick={() => setDeleting(true)}>{text.delete}</Button>
        {isReachable(uri) && (
          <a href={downloadAddress(uri)} download className={buttonLook('main')}>
            <SaveIcon />
            {text.download}
          </a>
        )}
      </div>
      <Facts>
        <Fact name={text.type}>{artifact.type}</Fact>
        <Fact name={text.size}>
          {artifact.content_size !== undefined && (
            <span title={`${artifact.content_size}`}>{formatBytes(artifact.content_size)}</span>
          )}
        </Fact>
        <Fact name={text.made}>
          {artifact.timestamp !== undefined && formatMoment(new Date(artifact.timestamp * 1_000))}
        </Fact>
        <Fact name={text.hash}>
          {hash && (
            <>
              <span className="font-mono text-small">{hash}</span>
              <CopyButton text={hash} label={text.copyHash} />
            </>
          )}
        </Fact>
        <Fact name={text.place}>
          {uri && (
            <>
              <span className="font-mono text-small">{uri}</span>
              <CopyButton text={uri} label={text.copyPlace} />
            </>
          )}
        </Fact>
        {(artifact.display_data ?? []).map(([name, value]) => (
          <Fact key={name} name={name}>
            {value}
          </Fact>
        ))}
      </Facts>
      <Preview artifact={artifact} />
      {deleting && (
        <Confirm
          title={text.deleteTitle(artifact.key)}
          consequences={text.deleteEffects}
          action={text.delete}
          danger
          run={remove}
          close={() => setDeleting(false)}
        />
      )}
    </section>
  )
}
