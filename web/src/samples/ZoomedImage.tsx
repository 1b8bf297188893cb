import { type PointerEvent, useRef, useState } from 'react'
import { Button } from '../ui/Button'
import { words } from '../words'

const STEP = 1.25
const LEAST = 0.05
const MOST = 32

interface ZoomedImageProps {
  src: string
  alt: string
  fail: () => void
}

/** An image that fits its place at first; the wheel and the buttons zoom, dragging moves it. */
export function ZoomedImage({ src, alt, fail }: ZoomedImageProps) {
  const [natural, setNatural] = useState<{ width: number; height: number }>()
  /** Null while it fits its place. */
  const [zoom, setZoom] = useState<number | null>(null)
  const place = useRef<HTMLDivElement>(null)
  const drag = useRef<{ x: number; y: number; left: number; top: number } | null>(null)
  const fits = zoom === null

  const fitting = () => {
    const box = place.current
    if (!box || !natural) return 1
    return Math.min(1, box.clientWidth / natural.width, box.clientHeight / natural.height)
  }
  const by = (factor: number) =>
    setZoom((now) => Math.min(MOST, Math.max(LEAST, (now ?? fitting()) * factor)))

  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    const box = event.currentTarget
    drag.current = { x: event.clientX, y: event.clientY, left: box.scrollLeft, top: box.scrollTop }
    box.setPointerCapture(event.pointerId)
  }
  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    const start = drag.current
    if (!start) return
    const left = start.left - (event.clientX - start.x)
    event.currentTarget.scrollTo(left, start.top - (event.clientY - start.y))
  }
  return (
    <div className="relative size-full min-h-0">
      <div
        ref={place}
        className={`grid size-full overflow-auto ${fits ? '' : 'cursor-grab active:cursor-grabbing'}`}
        onWheel={(event) => by(event.deltaY < 0 ? STEP : 1 / STEP)}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={() => {
          drag.current = null
        }}
      >
        <img
          src={src}
          alt={alt}
          draggable={false}
          className={`m-auto ${fits ? 'max-h-full max-w-full object-contain' : 'max-w-none [image-rendering:pixelated]'}`}
          style={fits || !natural ? undefined : { width: natural.width * zoom }}
          onError={fail}
          onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
            setNatural({ width: naturalWidth, height: naturalHeight })
          }
        />
      </div>
      <div className="absolute bottom-3 left-1/2 flex -translate-x-1/2 items-center rounded-md border bg-raised whitespace-nowrap shadow-overlay">
        <Button kind="quiet" aria-label={words.samples.smaller} onClick={() => by(1 / STEP)}>
          −
        </Button>
        <Button kind="quiet" onClick={() => setZoom(null)}>
          {words.samples.fit}
        </Button>
        <Button kind="quiet" onClick={() => setZoom(1)}>
          1:1
        </Button>
        <Button kind="quiet" aria-label={words.samples.larger} onClick={() => by(STEP)}>
          +
        </Button>
        {natural && (
          <span className="px-2 text-small text-muted">
            {natural.width} × {natural.height}
            {!fits && ` · ${Math.round(zoom * 100)} %`}
          </span>
        )}
      </div>
    </div>
  )
}
