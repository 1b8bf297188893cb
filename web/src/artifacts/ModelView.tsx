import { Link } from '@tanstack/react-router'
import type { UsedModel } from '../api/outputs'
import { Fact, Facts } from '../ui/Facts'
import { words } from '../words'
import { CopiedFact, OutputHead } from './OutputHead'

/** A model a task reads or writes. */
export function ModelView({ model }: { model: UsedModel }) {
  const text = words.artifacts
  const { uri = '', task } = model
  return (
    <section aria-label={model.name} className="px-4 pb-4">
      <OutputHead name={model.name} uri={uri} />
      <Facts>
        <Fact name={text.role}>{model.role === 'input' ? text.inputModel : text.outputModel}</Fact>
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
    </section>
  )
}
