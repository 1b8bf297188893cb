import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { ModelRow, UsedModel } from '../api/outputs'
import { Fact, Facts } from '../ui/Facts'
import { words } from '../words'
import { CopiedFact, OutputHead } from './OutputHead'

/** A model a task reads or writes. */
export function ModelView({ model }: { model: UsedModel }) {
  const text = words.artifacts
  return (
    <section aria-label={model.name} className="px-4 pb-4">
      <OutputHead name={model.name} uri={model.uri ?? ''} />
      <ModelFacts model={model}>
        <Fact name={text.role}>{model.role === 'input' ? text.inputModel : text.outputModel}</Fact>
      </ModelFacts>
      <Link
        to="/models/$modelId"
        params={{ modelId: model.id }}
        className="inline-block pt-3 text-accent hover:underline"
      >
        {text.modelPage}
      </Link>
    </section>
  )
}

interface ModelFactsProps {
  model: ModelRow
  /** What else is known of it where it is shown. */
  children: ReactNode
}

/** What every model is known by. */
export function ModelFacts({ model, children }: ModelFactsProps) {
  const text = words.artifacts
  const { uri, task } = model
  return (
    <Facts>
      {children}
      <Fact name={text.framework}>{model.framework}</Fact>
      <Fact name={text.state}>{model.ready ? text.published : text.draft}</Fact>
      <CopiedFact name={text.modelId} text={model.id} copy={text.copyId} />
      <CopiedFact name={text.place} text={uri} copy={text.copyPlace} />
      <Fact name={text.madeBy}>
        {task?.id && (
          <Link
            to="/tasks/$taskId/$tab"
            params={{ taskId: task.id, tab: 'overview' }}
            className="text-accent hover:underline"
          >
            {task.name ?? task.id}
          </Link>
        )}
      </Fact>
    </Facts>
  )
}
