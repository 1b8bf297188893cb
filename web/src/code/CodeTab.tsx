import { useQuery } from '@tanstack/react-query'
import { type TaskCode, taskCodeQuery } from '../api/taskCode'
import { type SideGroup, SideList } from '../task/SideList'
import type { SectionSearch } from '../task/sectionSearch'
import { useTask } from '../task/taskContext'
import { useFreshWith } from '../task/useFreshWith'
import { useTabSearch } from '../task/useTabSearch'
import { ErrorNotice, Skeleton } from '../ui/Notices'
import { words } from '../words'
import { ContainerPart } from './ContainerPart'
import { isDiff } from './diff'
import { SourcePart } from './SourcePart'
import { TextPart } from './TextPart'

/** The code a task ran, and what it ran in; edited part by part on drafts. */
export function CodeTab() {
  const task = useTask()
  const [search, setSearch] = useTabSearch<SectionSearch>()
  const code = useQuery(taskCodeQuery(task.id))
  useFreshWith(task, [code.refetch])
  if (code.isPending) return <Skeleton rows={8} height={32} />
  if (!code.data) {
    return <ErrorNotice title={words.code.failed} error={code.error} retry={() => code.refetch()} />
  }
  const groups = groupsOf(code.data)
  const keys = groups.flatMap((group) => group.items.map((item) => item.key))
  const shown = keys.includes(search.show ?? '') ? (search.show ?? '') : 'source'
  return (
    <div className="flex min-h-0 grow">
      <SideList
        label={words.code.title}
        groups={groups}
        shown={shown}
        show={(show) => setSearch({ show })}
      />
      <div key={shown} className="flex min-w-0 grow flex-col">
        {shown === 'source' && <SourcePart task={task} code={code.data} />}
        {(shown === 'changes' || shown.startsWith('packages:')) && (
          <TextPart task={task} code={code.data} part={shown} />
        )}
        {shown === 'container' && <ContainerPart task={task} code={code.data} />}
      </div>
    </div>
  )
}

function groupsOf({ script, container }: TaskCode): SideGroup[] {
  const text = words.code
  const found = Object.entries(script.requirements ?? {}).filter(([, value]) => value)
  const kinds = found.length > 0 ? found.map(([kind]) => kind) : ['pip']
  const diff = script.diff ?? ''
  return [
    {
      title: text.code,
      items: [
        { key: 'source', label: text.source },
        {
          key: 'changes',
          label: diff === '' || isDiff(diff) ? text.changes : text.script,
          note: diff === '' ? words.task.none : undefined,
        },
      ],
    },
    {
      title: text.environment,
      items: [
        ...kinds.map((kind) => ({ key: `packages:${kind}`, label: text.packages(kind) })),
        {
          key: 'container',
          label: text.container,
          note: container.image ? undefined : words.task.none,
        },
      ],
    },
  ]
}
