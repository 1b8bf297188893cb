import { Link } from '@tanstack/react-router'
import { type PointerEvent, useRef } from 'react'
import { usePreference } from '../api/preferences'
import { TaskView } from '../task/TaskView'
import type { Tab } from '../task/tabs'
import { Button, buttonLook } from '../ui/Button'
import { CloseIcon, ExpandIcon } from '../ui/icons'
import { words } from '../words'

const NARROWEST = 420

interface TaskPanelProps {
  taskId: string
  tab: Tab
  goTo: (tab: Tab, search?: object) => void
  close: () => void
}

const readWidth = (stored: unknown) => (typeof stored === 'number' ? stored : 680)

/** A task beside the table; its width is remembered. */
export function TaskPanel({ taskId, tab, goTo, close }: TaskPanelProps) {
  const [width, setWidth] = usePreference('tasks.panelWidth', readWidth)
  const panel = useRef<HTMLElement>(null)
  const start = useRef<{ x: number; width: number } | null>(null)
  const widthAt = (event: PointerEvent) => {
    const from = start.current
    return from && Math.max(NARROWEST, from.width + from.x - event.clientX)
  }
  const move = (event: PointerEvent) => {
    const wanted = widthAt(event)
    if (wanted && panel.current) panel.current.style.width = `${wanted}px`
  }
  const end = (event: PointerEvent) => {
    const wanted = widthAt(event)
    start.current = null
    if (wanted) setWidth(Math.round(wanted))
  }
  return (
    <aside
      ref={panel}
      aria-label={words.task.nav}
      style={{ width }}
      className="relative flex max-w-[75%] min-w-0 shrink-0 flex-col border-l max-lg:!w-full max-lg:max-w-none max-lg:border-l-0"
    >
      <div
        aria-hidden="true"
        className="absolute inset-y-0 -left-1 z-20 w-2 cursor-col-resize hover:bg-tint"
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId)
          start.current = { x: event.clientX, width: panel.current?.clientWidth ?? width }
        }}
        onPointerMove={move}
        onPointerUp={end}
        onDoubleClick={close}
      />
      <TaskView
        taskId={taskId}
        tab={tab}
        goTo={goTo}
        controls={
          <>
            <Link
              to="/tasks/$taskId/$tab"
              params={{ taskId, tab }}
              aria-label={words.task.fullPage}
              title={words.task.fullPage}
              className={buttonLook('icon')}
            >
              <ExpandIcon />
            </Link>
            <Button
              kind="icon"
              aria-label={words.task.closePanel}
              title={words.task.closePanel}
              onClick={close}
            >
              <CloseIcon />
            </Button>
          </>
        }
      />
    </aside>
  )
}
