import { expect, it } from 'vitest'
import { plainLine } from './plainLine'

it.each([
  ['Training **models** for `parking`', 'Training models for parking'],
  ['# Title\n\ntext', 'Title'],
  ['\n---\n> - [x] done', 'done'],
  ['1. *first* and _second_', 'first and second'],
  ['![logo](a.png) see [the page](https://example.org)', 'logo see the page'],
  ['~~old~~ __new__', 'old new'],
  ['snake_case_name stays, 2 * 3 * 4 too', 'snake_case_name stays, 2 * 3 * 4 too'],
  ['```python\nx = 1\n```', 'x = 1'],
  ['<script>alert(1)</script>', '<script>alert(1)</script>'],
  ['<https://example.org>', 'https://example.org'],
  ['***', ''],
  ['', ''],
  [undefined, ''],
])('%j says %j', (markdown, text) => {
  expect(plainLine(markdown)).toBe(text)
})

it('stays quick on hostile text', () => {
  const text = `${'*'.repeat(20_000)}a${'_'.repeat(20_000)}[${'['.repeat(20_000)}`
  const start = performance.now()
  plainLine(text)
  expect(performance.now() - start).toBeLessThan(2_000)
})
