import { ACTIONS, applicable } from '../actions/rules'
import { useTaskActions } from '../actions/useTaskActions'
import type { TaskRow } from '../api/tasks'
import { Button } from '../ui/Button'
import { CloseIcon } from '../ui/icons'
import { words } from '../words'

interface BulkBarProps {
  tasks: TaskRow[]
  clear: () => void
  /** Chooses every task that matches the filters; absent when all of them are chosen. */
  selectMatching: (() => void) | undefined
}

/** What can be done to the chosen tasks, and to how many of them. */
export function BulkBar({ tasks, clear, selectMatching }: BulkBarProps) {
  const start = useTaskActions()
  return (
    <section
      aria-label={words.tasks.bulk}
      className="flex min-h-11 shrink-0 flex-wrap items-center gap-1.5 border-t bg-raised px-4 py-1.5"
    >
      <span className="mr-2 font-medium">{words.tasks.selected(tasks.length)}</span>
      {selectMatching && (
        <Button kind="quiet" onClick={selectMatching}>
          {words.tasks.selectMatching}
        </Button>
      )}
      {ACTIONS.filter((action) => action !== 'clone').map((action) => {
        const { tasks: some, off } = applicable(action, tasks)
        const partly = !off && some.length < tasks.length
        return (
          <Button
            key={action}
            disabled={off !== undefined}
            title={off}
            onClick={() => start(action, some)}
          >
            {words.actions.verbs[action]}
            {partly && (
              <span className="text-muted">{words.actions.qualify(some.length, tasks.length)}</span>
            )}
          </Button>
        )
      })}
      <Button
        kind="icon"
        className="ml-auto"
        aria-label={words.tasks.clearSelection}
        title={words.tasks.clearSelection}
        onClick={clear}
      >
        <CloseIcon />
      </Button>
    </section>
  )
}
