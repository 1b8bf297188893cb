import { Link } from '@tanstack/react-router'
import { downloadAddress } from '../api/files'
import type { UsedModel } from '../api/outputs'
import { isReachable } from '../format/file'
import { buttonLook } from '../ui/Button'
import { CopyButton } from '../ui/CopyButton'
import { Fact, Facts } from '../ui/Facts'
import { SaveIcon } from '../ui/icons'
import { words } from '../words'

/** A model a task reads or writes. */
export function ModelView({ model }: { model: UsedModel }) {
  const text = words.artifacts
  const { uri = '', task } = model
  return (
    <section aria-label={model.name} className="px-4 pb-4">
      <div className="flex min-h-11 items-center gap-2">
        <h2 className="min-w-0 truncate font-semibold normal-nums">{model.name}</h2>
        <span className="ml-auto" />
        {isReachable(uri) && (
          <a href={downloadAddress(uri)} download className={buttonLook('main')}>
            <SaveIcon />
            {text.download}
          </a>
        )}
      </div>
      <Facts>
        <Fact name={text.role}>{model.role === 'input' ? text.inputModel : text.outputModel}</Fact>
        <Fact name={text.framework}>{model.framework}</Fact>
        <Fact name={text.state}>{model.ready ? text.published : text.draft}</Fact>
        <Fact name={text.modelId}>
          <span className="font-mono text-small">{model.id}</span>
          <CopyButton text={model.id} label={text.copyId} />
        </Fact>
        <Fact name={text.place}>
          {uri && (
            <>
              <span className="font-mono text-small">{uri}</span>
              <CopyButton text={uri} label={text.copyPlace} />
            </>
          )}
        </Fact>
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
