import { describe, expect, it } from 'vitest'
import { parseWireJson } from './json'

describe('parseWireJson', () => {
  it('reads bare NaN and infinities as null', () => {
    expect(parseWireJson('{"y": [1, NaN, Infinity, -Infinity, 2]}')).toEqual({
      y: [1, null, null, null, 2],
    })
  })

  it('leaves those words alone inside strings', () => {
    const text = '{"msg": "loss is NaN, \\"Infinity\\" follows", "value": NaN}'
    expect(parseWireJson(text)).toEqual({
      msg: 'loss is NaN, "Infinity" follows',
      value: null,
    })
  })

  it('refuses what is not JSON', () => {
    expect(() => parseWireJson('<html>')).toThrow(SyntaxError)
  })
})
