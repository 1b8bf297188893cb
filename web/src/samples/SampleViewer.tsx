import { type KeyboardEvent, type ReactNode, useEffect, useState } from 'react'
import type { SampleEvent } from '../api/events'
import { downloadAddress, fileAddress } from '../api/files'
import { isReachable, mediaKind } from '../format/file'
import { formatCount } from '../format/number'
import { Button, buttonLook } from '../ui/Button'
import { CopyButton } from '../ui/CopyButton'
import { ArrowDownIcon, ArrowUpIcon, NextIcon, PreviousIcon, SaveIcon } from '../ui/icons'
import { Empty } from '../ui/Notices'
import { Viewer } from '../ui/Viewer'
import { words } from '../words'
import { Media } from './Media'
import { isSame, neighbour, type SamplePlace, type Step, sampleName } from './rows'
import { ZoomedImage } from './ZoomedImage'

interface SampleViewerProps {
  /** The loaded samples in the grid's order. */
  samples: SampleEvent[]
  shown: SamplePlace
  open: (sample: SampleEvent) => void
  close: () => void
  /** Loads earlier iterations, for samples further down than what is loaded. */
  loadMore: () => void
  /** True while more samples may come. */
  loading: boolean
}

const KEYS: Record<string, Step> = {
  ArrowLeft: 'previous',
  ArrowRight: 'next',
  ArrowDown: 'earlier',
  ArrowUp: 'later',
}

/** One sample, large; arrows lead to its neighbours and to other iterations. */
export function SampleViewer(props: SampleViewerProps) {
  const { samples, shown, open, close, loadMore, loading } = props
  const sample = samples.find((each) => isSame(each, shown))
  const to = (step: Step) => neighbour(samples, shown, step)

  // Whoever follows a link to an old sample, or steps towards the end, needs what is not loaded yet.
  const atEnd = !sample || !to('next')
  useEffect(() => {
    if (atEnd) loadMore()
  }, [atEnd, loadMore])

  const onKeyDown = (event: KeyboardEvent) => {
    const step = KEYS[event.key]
    if (!step || event.target instanceof HTMLMediaElement) return
    event.preventDefault()
    const next = to(step)
    if (next) open(next)
  }
  const stepButton = (step: Step, label: string, icon: ReactNode) => {
    const next = to(step)
    return (
      <Button
        kind="icon"
        aria-label={label}
        title={label}
        disabled={!next}
        onClick={() => next && open(next)}
      >
        {icon}
      </Button>
    )
  }
  return (
    <Viewer
      title={sampleName(shown)}
      close={close}
      onKeyDown={onKeyDown}
      controls={
        <>
          <span className="text-small whitespace-nowrap text-muted">
            {words.plots.iteration(formatCount(shown.iter))}
          </span>
          {stepButton('previous', words.samples.previous, <PreviousIcon />)}
          {stepButton('next', words.samples.next, <NextIcon />)}
          {stepButton('later', words.samples.later, <ArrowUpIcon />)}
          {stepButton('earlier', words.samples.earlier, <ArrowDownIcon />)}
          {sample && <CopyButton text={sample.url} label={words.samples.copyAddress} />}
          {sample && isReachable(sample.url) && (
            <a
              href={downloadAddress(sample.url)}
              download
              aria-label={words.samples.save}
              title={words.samples.save}
              className={buttonLook('icon')}
            >
              <SaveIcon />
            </a>
          )}
        </>
      }
    >
      <div className="grid min-h-0 grow place-items-center overflow-hidden bg-sunken">
        {!sample && !loading && <Empty title={words.samples.gone} />}
        {sample && <Large key={sample.url} sample={sample} />}
      </div>
    </Viewer>
  )
}

function Large({ sample }: { sample: SampleEvent }) {
  const [failed, setFailed] = useState(false)
  const name = sampleName(sample)
  const zooms = mediaKind(sample.url) === 'image' && isReachable(sample.url) && !failed
  if (!zooms) return <Media url={sample.url} name={name} className="size-full" />
  return <ZoomedImage src={fileAddress(sample.url)} alt={name} fail={() => setFailed(true)} />
}
