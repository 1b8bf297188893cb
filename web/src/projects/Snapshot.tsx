import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { type MetricVariant, metricVariantsQuery, type ProjectRow } from '../api/projects'
import { type SnapshotPoint, snapshotQuery, VALUE_KINDS, type ValueKind } from '../api/snapshot'
import { statusOf } from '../api/status'
import { formatNumber } from '../format/number'
import { rangeOf } from '../format/ticks'
import { metricLabel } from '../tasks/metrics'
import { Combobox } from '../ui/Combobox'
import { Select } from '../ui/Field'
import { Empty, ErrorNotice, Skeleton } from '../ui/Notices'
import { PlotArea } from '../ui/PlotArea'
import { STATUS_COLORS } from '../ui/StatusMark'
import { words } from '../words'

const route = getRouteApi('/frame/projects/$projectId/overview')

/** One metric of a project's tasks over time; each point is a task and leads to it. */
export function Snapshot({ project }: { project: ProjectRow }) {
  const say = words.projects
  const search = route.useSearch()
  const variants = useQuery(metricVariantsQuery(project.id))
  const chosen = variants.data && chosenIn(variants.data, search.metric)
  return (
    <section aria-labelledby="snapshot" className="min-w-0">
      <h2 id="snapshot" className="flex h-8 items-center font-medium">
        {say.snapshot}
      </h2>
      {variants.isPending && <Skeleton rows={4} height={40} />}
      {variants.isError && !variants.data && (
        <ErrorNotice
          title={say.metricsFailed}
          error={variants.error}
          retry={() => variants.refetch()}
        />
      )}
      {variants.data && !chosen && <p className="pt-1 text-prose text-muted">{say.noMetrics}</p>}
      {variants.data && chosen && (
        <>
          <Picker variants={variants.data} chosen={chosen} kind={search.value ?? 'last'} />
          <Points project={project} chosen={chosen} kind={search.value ?? 'last'} />
        </>
      )}
    </section>
  )
}

interface ChosenProps {
  chosen: MetricVariant
  kind: ValueKind
}

function Picker({ variants, chosen, kind }: ChosenProps & { variants: MetricVariant[] }) {
  const say = words.projects
  const navigate = route.useNavigate()
  const byLabel = new Map(variants.map((each) => [metricLabel(each), each]))
  const setMetric = (label: string) => {
    const picked = byLabel.get(label)
    if (!picked) return
    navigate({ search: (before) => ({ ...before, metric: keyOf(picked) }), replace: true })
  }
  const setKind = (value: string) => {
    const known = value === 'min' || value === 'max' ? value : undefined
    navigate({ search: (before) => ({ ...before, value: known }), replace: true })
  }
  return (
    <div className="flex gap-2 pb-2">
      <div className="min-w-0 grow">
        <Combobox
          aria-label={say.metric}
          value={metricLabel(chosen)}
          setValue={setMetric}
          options={[...byLabel.keys()]}
        />
      </div>
      <Select
        aria-label={say.value}
        className="w-28"
        value={kind}
        onChange={(event) => setKind(event.target.value)}
        options={VALUE_KINDS.map((each) => ({ value: each, label: say[each] }))}
      />
    </div>
  )
}

function Points({ project, chosen, kind }: ChosenProps & { project: ProjectRow }) {
  const say = words.projects
  const { data, error, isPending, refetch } = useQuery(snapshotQuery(project.id, chosen, kind))
  if (isPending) return <Skeleton rows={4} height={40} />
  if (!data) return <ErrorNotice title={say.metricsFailed} error={error} retry={() => refetch()} />
  if (data.length === 0) return <Empty title={say.noPoints} />
  const tasks = say.numberOfTasks(data.length)
  return (
    <PlotArea
      interactive
      label={say.snapshotOf(metricLabel(chosen), tasks)}
      height={260}
      x={rangeOf(data.map(({ moment }) => moment))}
      y={rangeOf(data.map(({ value }) => value))}
    >
      {({ x, y }) =>
        data.map((point) => (
          <Point key={point.id} point={point} x={x(point.moment)} y={y(point.value)} />
        ))
      }
    </PlotArea>
  )
}

function Point({ point, x, y }: { point: SnapshotPoint; x: number; y: number }) {
  return (
    <Link
      to="/tasks/$taskId"
      params={{ taskId: point.id }}
      aria-label={`${point.name} ${formatNumber(point.value)}`}
    >
      <circle
        cx={x}
        cy={y}
        r={4}
        fill="currentColor"
        fillOpacity={0.7}
        className={`${STATUS_COLORS[statusOf(point.status)]} hover:[fill-opacity:1]`}
      >
        <title>{`${point.name}\n${formatNumber(point.value)}`}</title>
      </circle>
    </Link>
  )
}

function keyOf({ metric_hash, variant_hash }: MetricVariant): string {
  return `${metric_hash}.${variant_hash}`
}

/** The metric the address names; otherwise the first that machines do not report about themselves. */
function chosenIn(variants: MetricVariant[], key: string | undefined): MetricVariant | undefined {
  return (
    variants.find((each) => keyOf(each) === key) ??
    variants.find(({ metric }) => !metric.startsWith(':monitor:')) ??
    variants[0]
  )
}
