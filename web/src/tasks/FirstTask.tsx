import { CopyButton } from '../ui/CopyButton'
import { Empty } from '../ui/Notices'

const SNIPPET = `from clearml import Task

task = Task.init("Examples", "First task")
logger = task.get_logger()
for step in range(100):
    logger.report_scalar("loss", "train", 1 / (step + 1), step)
`

/** What an empty store shows: what would be here, and how to get it here. */
export function FirstTask() {
  return (
    <Empty title="Tasks appear here as soon as a script reports one.">
      <div className="relative w-full rounded-md border bg-sunken">
        <pre className="overflow-x-auto p-4 pr-12 font-mono text-table">{SNIPPET}</pre>
        <div className="absolute top-2 right-2">
          <CopyButton text={SNIPPET} label="Copy the script" />
        </div>
      </div>
      <p className="text-muted">
        It needs <code className="font-mono">pip install clearml</code> and the{' '}
        <code className="font-mono">clearml.conf</code> that Arno wrote to its data directory.
      </p>
    </Empty>
  )
}
