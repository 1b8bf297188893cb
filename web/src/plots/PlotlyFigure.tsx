import { useQuery } from '@tanstack/react-query'
import { type Ref, useEffect, useImperativeHandle, useRef } from 'react'
import { useTheme } from '../frame/theme'
import { ErrorNotice } from '../ui/Notices'
import { words } from '../words'
import type { Json } from './figure'
import { themedLayout } from './theme'

/** Lets a button beside the figure take its picture. */
export interface FigureHandle {
  /** A PNG as a data URL, at twice the size it is shown in. */
  picture: () => Promise<string>
}

interface PlotlyFigureProps {
  ref?: Ref<FigureHandle>
  name: string
  data: Json[]
  layout: Json
  height: number
}

/** A figure drawn by Plotly, which is loaded with the first of them. */
export function PlotlyFigure({ ref, name, data, layout, height }: PlotlyFigureProps) {
  const place = useRef<HTMLDivElement>(null)
  const theme = useTheme()
  const library = useQuery({
    queryKey: ['plotly'],
    queryFn: async () => (await import('plotly.js-strict-dist-min')).default,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
  })
  const plotly = library.data

  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme changes the colours that are read here
  useEffect(() => {
    const element = place.current
    if (!plotly || !element) return
    // Plotly writes into what it is given; the query's data must stay as it was read.
    const figure = structuredClone({ data, layout })
    const config = { displaylogo: false, displayModeBar: 'hover', responsive: false }
    plotly.react(element, figure.data, themedLayout(figure.layout, height), config)
  }, [plotly, data, layout, height, theme])

  useEffect(() => {
    const element = place.current
    if (!plotly || !element) return
    const resized = new ResizeObserver(() => {
      if (element.clientWidth > 0 && element.childElementCount > 0) plotly.Plots.resize(element)
    })
    resized.observe(element)
    return () => {
      resized.disconnect()
      plotly.purge(element)
    }
  }, [plotly])

  useImperativeHandle(
    ref,
    () => ({
      picture: async () => {
        if (!plotly || !place.current) throw new Error('The figure is not drawn yet')
        const { clientWidth: width, clientHeight } = place.current
        return await plotly.toImage(place.current, {
          format: 'png',
          width,
          height: clientHeight,
          scale: 2,
        })
      },
    }),
    [plotly],
  )

  if (library.isError) {
    return (
      <ErrorNotice
        title={words.plots.plotlyFailed}
        error={library.error}
        retry={() => library.refetch()}
      />
    )
  }
  // No picture: its tools can be reached by keyboard.
  return <div ref={place} role="group" aria-label={name} style={{ height }} className="min-w-0" />
}
