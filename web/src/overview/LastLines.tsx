import { consoleLines, textOf } from '../console/lines'
import { useConsole } from '../console/useConsole'
import { useTask } from '../task/taskContext'
import { ErrorNotice, Skeleton } from '../ui/Notices'
import { words } from '../words'
import { Part } from './Part'

const SHOWN = 12

/** The end of what the task wrote. */
export function LastLines() {
  const task = useTask()
  const console = useConsole(task)
  const lines = consoleLines(console.data?.events.slice(-SHOWN) ?? [], 'debug').slice(-SHOWN)
  return (
    <Part title={words.overview.console} tab="console">
      {console.isPending && <Skeleton rows={4} height={20} />}
      {console.isError && !console.data && (
        <ErrorNotice
          title={words.overview.failed}
          error={console.error}
          retry={() => console.refetch()}
        />
      )}
      {console.data && lines.length === 0 && (
        <p className="text-muted">{words.overview.noConsole}</p>
      )}
      {lines.length > 0 && (
        <pre className="overflow-hidden rounded-md border bg-sunken px-3 py-2 font-mono text-small leading-5">
          {lines.map((line) => (
            <div key={line.key} className="h-5 truncate">
              {textOf(line)}
            </div>
          ))}
        </pre>
      )}
    </Part>
  )
}
