import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef } from 'react'
import type { Parameter } from '../api/tasks'
import { Marked } from '../ui/Marked'
import { words } from '../words'

const ROW = 32

interface ParameterListProps {
  parameters: Parameter[]
  /** Marked in names and values. */
  find: string
}

/** Names and values, whole however long; only those in view exist in the document. */
export function ParameterList({ parameters, find }: ParameterListProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const virtualizer = useVirtualizer({
    count: parameters.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 20,
    getItemKey: (index) => parameters[index]?.name ?? index,
    paddingEnd: 48,
  })
  if (parameters.length === 0) return null
  return (
    <section
      ref={scroller}
      aria-label={words.configuration.values}
      tabIndex={0}
      className="min-h-0 grow overflow-auto border-t px-4"
    >
      <div
        role="table"
        aria-label={words.configuration.values}
        aria-rowcount={parameters.length}
        className="relative"
        style={{ height: virtualizer.getTotalSize() }}
      >
        {virtualizer.getVirtualItems().map((item) => {
          const parameter = parameters[item.index]
          if (!parameter) return null
          return (
            <div
              key={item.key}
              ref={virtualizer.measureElement}
              data-index={item.index}
              role="row"
              aria-rowindex={item.index + 1}
              className="absolute inset-x-0 top-0 grid min-h-8 grid-cols-[minmax(8rem,1fr)_minmax(10rem,2fr)_minmax(0,1fr)] gap-x-4 border-b py-1.5"
              style={{ transform: `translateY(${item.start}px)` }}
            >
              <span role="cell" className="break-words [overflow-wrap:anywhere]">
                <Marked text={parameter.name} find={find} />
              </span>
              <span
                role="cell"
                className="font-mono text-small leading-5 break-words whitespace-pre-wrap [overflow-wrap:anywhere]"
              >
                {parameter.value === '' ? (
                  <span className="text-muted">""</span>
                ) : (
                  <Marked text={parameter.value} find={find} />
                )}
              </span>
              <span role="cell" className="text-muted [overflow-wrap:anywhere]">
                {[parameter.type, parameter.description].filter(Boolean).join(' · ')}
              </span>
            </div>
          )
        })}
      </div>
    </section>
  )
}
