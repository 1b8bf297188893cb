import type { Ref } from 'react'
import { fileAddress } from '../api/files'
import { DataTable } from '../ui/DataTable'
import { words } from '../words'
import type { Figure } from './figure'
import { type FigureHandle, PlotlyFigure } from './PlotlyFigure'

interface PlotViewProps {
  ref?: Ref<FigureHandle>
  name: string
  figure: Figure
  height: number
}

/** A plot in the way its kind is best read. */
export function PlotView({ ref, name, figure, height }: PlotViewProps) {
  switch (figure.kind) {
    case 'table':
      return (
        <DataTable
          label={name}
          columns={figure.table.columns}
          rows={figure.table.rows}
          height={height}
        />
      )
    case 'image':
      return (
        <img
          src={fileAddress(figure.source)}
          alt={name}
          loading="lazy"
          style={{ height }}
          className="w-full object-contain"
        />
      )
    case 'plotly':
      return (
        <PlotlyFigure
          {...(ref && { ref })}
          name={name}
          data={figure.data}
          layout={figure.layout}
          height={height}
        />
      )
    case 'broken':
      return (
        <div style={{ height }} className="py-4 text-muted">
          <p>{words.plots.broken}</p>
          <p className="text-small">{figure.reason}</p>
        </div>
      )
  }
}
