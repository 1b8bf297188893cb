import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { type ModelRow, modelQuery } from '../api/outputs'
import { ModelFacts } from '../artifacts/ModelView'
import { OutputHead } from '../artifacts/OutputHead'
import { CrumbSeparator, TopBar } from '../frame/TopBar'
import { useTitle } from '../frame/title'
import { Ago } from '../ui/Ago'
import { Fact } from '../ui/Facts'
import { Empty, ErrorNotice, Skeleton } from '../ui/Notices'
import { PlainTable } from '../ui/PlainTable'
import { ProjectLink } from '../ui/ProjectLink'
import { words } from '../words'

const route = getRouteApi('/frame/models/$modelId')

/** One model: where it comes from, where it lies, what its labels mean. */
export function ModelPage() {
  const { modelId } = route.useParams()
  const say = words.models
  const { data: model, error, isPending, refetch } = useQuery(modelQuery(modelId))
  useTitle(model?.name)
  return (
    <>
      <TopBar>
        <span className="text-muted">{say.title}</span>
        <CrumbSeparator />
        <h1 className="min-w-0 truncate font-medium normal-nums">{model?.name}</h1>
      </TopBar>
      <main className="min-h-0 grow overflow-y-auto">
        {isPending && <Skeleton rows={6} height={32} />}
        {error && model === undefined && (
          <ErrorNotice title={say.failed} error={error} retry={() => refetch()} />
        )}
        {model === null && (
          <Empty title={say.unknown}>
            <Link to="/tasks" className="text-accent underline underline-offset-2">
              {words.task.goToTasks}
            </Link>
          </Empty>
        )}
        {model && <Content model={model} />}
      </main>
    </>
  )
}

function Content({ model }: { model: ModelRow }) {
  const say = words.models
  const design = designText(model.design)
  const labels = Object.entries(model.labels ?? {})
  return (
    <div className="flex max-w-4xl flex-col gap-6 p-4">
      <section aria-label={model.name}>
        <OutputHead name={model.name} uri={model.uri ?? ''} />
        <ModelFacts model={model}>
          <Fact name={say.project}>{model.project && <ProjectLink project={model.project} />}</Fact>
          <Fact name={say.tags}>{model.tags?.join(', ')}</Fact>
          <Fact name={say.updated}>{model.last_update && <Ago date={model.last_update} />}</Fact>
          <Fact name={say.comment}>{model.comment}</Fact>
        </ModelFacts>
      </section>
      {labels.length > 0 && (
        <section aria-label={say.labels}>
          <h2 className="pb-1 font-medium">{say.labels}</h2>
          <PlainTable heads={[say.label, say.number]}>
            {labels.map(([label, number]) => (
              <tr key={label} className="h-8 border-b">
                <td className="px-2">{label}</td>
                <td className="px-2">{number}</td>
              </tr>
            ))}
          </PlainTable>
        </section>
      )}
      {design !== '' && (
        <section aria-label={say.design}>
          <h2 className="pb-1 font-medium">{say.design}</h2>
          <pre className="overflow-x-auto rounded-md bg-sunken p-3 font-mono text-small">
            {design}
          </pre>
        </section>
      )}
    </div>
  )
}

function designText(design: ModelRow['design']): string {
  if (design === undefined || typeof design === 'string') return design ?? ''
  if (typeof design.design === 'string') return design.design
  return Object.keys(design).length === 0 ? '' : JSON.stringify(design, null, 2)
}
