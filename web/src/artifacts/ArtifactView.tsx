import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { refreshTasks } from '../actions/perform'
import { type Artifact, deleteArtifact } from '../api/outputs'
import type { Task } from '../api/tasks'
import { formatBytes } from '../format/bytes'
import { formatMoment } from '../format/time'
import { Button } from '../ui/Button'
import { Confirm } from '../ui/Confirm'
import { Fact, Facts } from '../ui/Facts'
import { words } from '../words'
import { CopiedFact, OutputHead } from './OutputHead'
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
      <OutputHead name={artifact.key} uri={uri}>
        <Button onClick={() => setDeleting(true)}>{text.delete}</Button>
      </OutputHead>
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
        <CopiedFact name={text.hash} text={hash} copy={text.copyHash} />
        <CopiedFact name={text.place} text={uri} copy={text.copyPlace} />
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
