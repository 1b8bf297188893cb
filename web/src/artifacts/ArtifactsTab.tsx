import { useQuery } from '@tanstack/react-query'
import { outputsQuery } from '../api/outputs'
import { isActive } from '../api/status'
import { formatBytes } from '../format/bytes'
import { type SideGroup, SideList } from '../task/SideList'
import type { SectionSearch } from '../task/sectionSearch'
import { useTask } from '../task/taskContext'
import { useFreshWith } from '../task/useFreshWith'
import { useTabSearch } from '../task/useTabSearch'
import { Empty, ErrorNotice, Skeleton } from '../ui/Notices'
import { words } from '../words'
import { ArtifactView } from './ArtifactView'
import { ModelView } from './ModelView'

/** What a task kept, and the models it reads and writes. */
export function ArtifactsTab() {
  const task = useTask()
  const [search, setSearch] = useTabSearch<SectionSearch>()
  const outputs = useQuery(outputsQuery(task.id))
  useFreshWith(task, [outputs.refetch])
  const text = words.artifacts
  if (outputs.isPending) return <Skeleton rows={6} height={32} />
  if (!outputs.data) {
    return <ErrorNotice title={text.failed} error={outputs.error} retry={() => outputs.refetch()} />
  }
  const { artifacts, models } = outputs.data
  if (artifacts.length + models.length === 0) {
    return <Empty title={isActive(task.status) ? text.noneYet : text.none} />
  }
  const modelItems = (role: 'input' | 'output') =>
    models
      .filter((model) => model.role === role)
      .map((model) => ({ key: `${role}:${model.as}`, label: model.as, note: model.framework }))
  const artifactItems = (mode: 'input' | 'output') =>
    artifacts
      .filter((artifact) => artifact.mode === mode)
      .map((artifact) => ({
        key: `${mode === 'output' ? 'artifact' : 'data'}:${artifact.key}`,
        label: artifact.key,
        note:
          artifact.content_size === undefined ? artifact.type : formatBytes(artifact.content_size),
      }))
  const groups: SideGroup[] = [
    { title: text.inputModels, items: modelItems('input') },
    { title: text.outputModels, items: modelItems('output') },
    { title: text.artifacts, items: artifactItems('output') },
    { title: text.inputs, items: artifactItems('input') },
  ]
  const keys = groups.flatMap((group) => group.items.map((item) => item.key))
  const shown = keys.includes(search.show ?? '') ? (search.show ?? '') : (keys[0] ?? '')
  const name = shown.slice(shown.indexOf(':') + 1)
  const model = models.find((each) => `${each.role}:${each.as}` === shown)
  const mode = shown.startsWith('artifact:') ? 'output' : 'input'
  const artifact = artifacts.find((each) => each.mode === mode && each.key === name)
  return (
    <div className="flex min-h-0 grow">
      <SideList
        label={text.title}
        groups={groups}
        shown={shown}
        show={(show) => setSearch({ show })}
      />
      <div key={shown} className="flex min-w-0 grow flex-col overflow-auto">
        {model && <ModelView model={model} />}
        {!model && artifact && <ArtifactView task={task} artifact={artifact} />}
      </div>
    </div>
  )
}
