import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { taskQuery } from '../api/tasks'
import { useTask } from '../task/taskContext'
import { ErrorNotice } from '../ui/Notices'
import { words } from '../words'
import { differences } from './differences'
import { Part } from './Part'

/** In which parameters a task differs from the one it was made from. */
export function ChangedParameters() {
  const task = useTask()
  const parentId = task.parent?.id
  const parent = useQuery({
    ...taskQuery(parentId ?? ''),
    enabled: parentId !== undefined,
    refetchInterval: false,
  })
  const text = words.overview
  const changed = parent.data
    ? differences(task.hyperparams ?? {}, parent.data.hyperparams ?? {})
    : []
  return (
    <Part title={text.changed} tab="configuration">
      {parentId === undefined && <p className="text-muted">{text.noParent}</p>}
      {parent.isError && (
        <ErrorNotice title={text.failed} error={parent.error} retry={() => parent.refetch()} />
      )}
      {parent.data === null && <p className="text-muted">{text.parentGone}</p>}
      {parent.data && (
        <p className="text-muted">
          {changed.length === 0 ? text.same : text.changedParameters(changed.length)}{' '}
          <Link
            to="/tasks/$taskId/$tab"
            params={{ taskId: parent.data.id, tab: 'overview' }}
            className="text-accent hover:underline"
          >
            {parent.data.name}
          </Link>
        </p>
      )}
      {changed.length > 0 && (
        <table className="mt-1 w-full table-fixed text-left">
          <thead className="text-small text-muted">
            <tr className="h-8 border-b">
              <th className="font-normal">{words.configuration.name}</th>
              <th className="font-normal">{text.here}</th>
              <th className="font-normal">{text.there}</th>
            </tr>
          </thead>
          <tbody>
            {changed.map((each) => (
              <tr key={`${each.section}\n${each.name}`} className="h-8 border-b">
                <td className="truncate pr-2" title={`${each.section} / ${each.name}`}>
                  <span className="text-muted">{each.section} </span>
                  {each.name}
                </td>
                <Value value={each.here} />
                <Value value={each.there} />
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Part>
  )
}

function Value({ value }: { value: string | undefined }) {
  return (
    <td className="truncate pr-2 font-mono text-small" title={value}>
      {value === undefined ? (
        <span className="font-sans text-muted">{words.overview.absent}</span>
      ) : (
        value || '""'
      )}
    </td>
  )
}
