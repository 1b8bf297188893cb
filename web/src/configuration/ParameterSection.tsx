import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { refreshTasks } from '../actions/perform'
import { saveSection } from '../api/configuration'
import type { Task } from '../api/tasks'
import { isEditable } from '../task/edits'
import { Button } from '../ui/Button'
import { Empty } from '../ui/Notices'
import { words } from '../words'
import { ParameterEditor } from './ParameterEditor'
import { ParameterList } from './ParameterList'
import {
  type Draft,
  matches,
  PROPERTIES,
  problemsOf,
  sortedParameters,
  toDrafts,
  toParameters,
} from './parameters'

interface ParameterSectionProps {
  task: Task
  section: string
  find: string
}

/** One section of parameters, to read and, where that is allowed, to edit as a whole. */
export function ParameterSection({ task, section, find }: ParameterSectionProps) {
  const client = useQueryClient()
  const text = words.configuration
  const parameters = sortedParameters(task.hyperparams?.[section])
  const [drafts, setDrafts] = useState<Draft[] | null>(null)
  const save = useMutation({
    mutationFn: async (edited: Draft[]) => {
      await saveSection(task.id, section, toParameters(section, edited))
      await refreshTasks(client)
    },
    onSuccess: () => setDrafts(null),
  })
  const editable = section === PROPERTIES ? task.company?.id !== '' : isEditable(task)
  const problems = problemsOf(drafts ?? [])
  const trySave = () => {
    if (drafts && problems.size === 0 && !save.isPending) save.mutate(drafts)
  }
  return (
    <section aria-label={section} className="flex min-h-0 grow flex-col">
      <div className="flex min-h-11 shrink-0 items-center gap-2 px-4">
        <h2 className="min-w-0 truncate font-semibold normal-nums">
          {section === PROPERTIES ? text.properties : section}
        </h2>
        <span className="ml-auto" />
        {drafts ? (
          <>
            <Button onClick={() => setDrafts(null)}>{words.task.discard}</Button>
            <Button kind="main" disabled={problems.size > 0 || save.isPending} onClick={trySave}>
              {words.task.save}
            </Button>
          </>
        ) : (
          <Button
            disabled={!editable}
            title={editable ? undefined : words.task.onlyDrafts}
            onClick={() => setDrafts(toDrafts(parameters))}
          >
            {words.task.edit}
          </Button>
        )}
      </div>
      {drafts ? (
        <ParameterEditor
          drafts={drafts}
          setDrafts={setDrafts}
          problems={problems}
          save={trySave}
          discard={() => setDrafts(null)}
          error={save.error}
        />
      ) : (
        <ParameterList
          parameters={parameters.filter((parameter) => !find || matches(parameter, find))}
          find={find}
        />
      )}
      {!drafts && parameters.length === 0 && (
        <Empty title={section === PROPERTIES ? text.noProperties : text.empty} />
      )}
    </section>
  )
}
