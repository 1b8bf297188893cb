import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { readText } from '../api/files'
import type { Artifact } from '../api/outputs'
import { readCsv } from '../format/csv'
import { fileName } from '../format/file'
import { Media } from '../samples/Media'
import { DataTable } from '../ui/DataTable'
import { ErrorNotice, Skeleton } from '../ui/Notices'
import { words } from '../words'
import { laidOut, PREVIEW_BYTES, previewKind, separatorOf } from './preview'

const TextEditor = lazy(async () => ({ default: (await import('../code/TextEditor')).TextEditor }))

/** Rows of a table that are looked at. */
const MOST_ROWS = 5_000

const LANGUAGES: Record<string, string> = {
  json: 'json',
  yaml: 'yaml',
  yml: 'yaml',
  py: 'python',
  toml: 'toml',
}

/** What is in an artifact, as far as it can be seen without downloading it. */
export function Preview({ artifact }: { artifact: Artifact }) {
  const text = words.artifacts
  const kind = previewKind(artifact)
  const { uri = '' } = artifact
  return (
    <div className="mt-4 flex min-h-60 grow flex-col">
      <h3 className="mb-1 font-medium">{text.preview}</h3>
      {kind === 'none' && <p className="text-muted">{text.noPreview}</p>}
      {kind === 'given' && <Text text={artifact.type_data?.preview ?? ''} name={artifact.key} />}
      {(kind === 'text' || kind === 'table') && <FilePreview artifact={artifact} kind={kind} />}
      {(kind === 'image' || kind === 'html' || kind === 'audio' || kind === 'video') && (
        <div className="grid min-h-80 grow place-items-center overflow-hidden rounded-md border bg-sunken">
          <Media url={uri} name={artifact.key} className="size-full max-h-[70vh]" />
        </div>
      )}
    </div>
  )
}

interface FilePreviewProps {
  artifact: Artifact
  kind: 'text' | 'table'
}

function FilePreview({ artifact, kind }: FilePreviewProps) {
  const { uri = '' } = artifact
  const file = useQuery({
    queryKey: ['file', uri, artifact.hash],
    queryFn: ({ signal }) => readText(uri, PREVIEW_BYTES, signal),
    // A file that is not there does not come by asking again.
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (file.isPending) return <Skeleton rows={6} height={26} />
  if (!file.data) {
    return (
      <ErrorNotice
        title={words.artifacts.fileFailed}
        error={file.error}
        retry={() => file.refetch()}
      />
    )
  }
  const { text, whole } = file.data
  const cut = !whole && <p className="pb-1 text-small text-muted">{words.artifacts.cut}</p>
  if (kind === 'text') {
    return (
      <>
        {cut}
        <Text text={laidOut(text, uri)} name={fileName(uri)} />
      </>
    )
  }
  const [columns = [], ...rows] = readCsv(text, separatorOf(uri), MOST_ROWS)
  return (
    <>
      {cut}
      <DataTable label={artifact.key} columns={columns} rows={rows} height={520} />
    </>
  )
}

function Text({ text, name }: { text: string; name: string }) {
  return (
    <div className="h-80 min-h-60 grow">
      <Suspense fallback={<Skeleton rows={8} height={20} />}>
        <TextEditor
          label={name}
          value={text}
          language={LANGUAGES[name.split('.').pop()?.toLowerCase() ?? '']}
        />
      </Suspense>
    </div>
  )
}
