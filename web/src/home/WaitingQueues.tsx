import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { queueLabel, queuesQuery, waitsAlone } from '../api/queues'
import { Ago } from '../ui/Ago'
import { Snippet } from '../ui/Snippet'
import { words } from '../words'
import { Section } from './Section'

/** Queues whose tasks nobody will take, and how to start a worker for them. */
export function WaitingQueues() {
  const say = words.home
  const waiting = useQuery({ ...queuesQuery, select: (queues) => queues.filter(waitsAlone) })
  return (
    <Section title={say.waiting} list={waiting} failed={say.waitingFailed} empty={say.nothingWaits}>
      {(queues) => (
        <>
          <ul>
            {queues.map((queue) => (
              <li
                key={queue.id}
                className="relative flex min-h-10 items-center gap-3 border-b hover:bg-hover"
              >
                <Link
                  to="/queues/$queueId"
                  params={{ queueId: queue.id }}
                  className="min-w-0 truncate font-medium after:absolute after:inset-0"
                >
                  {queueLabel(queue)}
                </Link>
                <span className="text-aborted">{say.waits(queue.entries.length)}</span>
                <span className="ml-auto text-muted">
                  <Ago date={queue.entries[0]?.added} />
                </span>
              </li>
            ))}
          </ul>
          <p className="pt-3 pb-2 text-muted">{say.agentHint}</p>
          <Snippet text={say.startAgent(queues[0]?.name ?? '')} copy={say.copyAgent} />
        </>
      )}
    </Section>
  )
}
