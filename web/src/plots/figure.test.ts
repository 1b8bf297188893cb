import { describe, expect, it } from 'vitest'
import { readFigure } from './figure'

describe('readFigure', () => {
  it('turns a table of columns into rows', () => {
    const trace = {
      type: 'table',
      header: { values: [['<b>class</b>'], ['precision']] },
      cells: {
        values: [
          ['a', 'b'],
          [0.5, null],
        ],
      },
    }
    expect(readFigure(JSON.stringify({ data: [trace], layout: {} }))).toEqual({
      kind: 'table',
      table: {
        columns: ['class', 'precision'],
        rows: [
          ['a', '0.5'],
          ['b', ''],
        ],
      },
    })
  })

  it('reads titles as older versions of Plotly wrote them', () => {
    const layout = {
      title: 'ROC',
      titlefont: { size: 9 },
      xaxis: { title: 'x' },
      scene: { xaxis: { title: 'z' } },
    }
    expect(readFigure(JSON.stringify({ data: [{ type: 'bar' }], layout }))).toEqual({
      kind: 'plotly',
      data: [{ type: 'bar' }],
      layout: {
        title: { text: 'ROC', font: { size: 9 } },
        xaxis: { title: { text: 'x' } },
        scene: { xaxis: { title: { text: 'z' } } },
      },
    })
  })

  it('knows a figure that is only an image', () => {
    const layout = { images: [{ source: 'http://files/x.png' }] }
    expect(readFigure(JSON.stringify({ data: [], layout }))).toEqual({
      kind: 'image',
      source: 'http://files/x.png',
    })
  })

  it('reads bare NaN, and refuses what is no figure', () => {
    expect(readFigure('{"data": [{"type": "scatter", "y": [NaN, -Infinity, 1]}]}')).toMatchObject({
      data: [{ y: [null, null, 1] }],
    })
    expect(readFigure('<script>').kind).toBe('broken')
    expect(readFigure('[1]').kind).toBe('broken')
  })
})
