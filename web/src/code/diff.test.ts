import { describe, expect, it } from 'vitest'
import { diffLines, isDiff } from './diff'

const DIFF = `diff --git a/src/train.py b/src/train.py
index 111..222 100644
--- a/src/train.py
+++ b/src/train.py
@@ -10,3 +10,4 @@ def main():
 import torch
-lr = 1
+lr = 2
+--- not a file
\\ No newline at end of file
diff --git a/new.txt b/new.txt
--- /dev/null
+++ b/new.txt
@@ -0,0 +1 @@
+hello
`

describe('diffLines', () => {
  it('numbers lines on both sides and knows their files', () => {
    const told = diffLines(DIFF).map(({ kind, text, before, after, file }) => [
      kind,
      text,
      before,
      after,
      file,
    ])
    expect(told).toEqual([
      ['file', 'src/train.py', undefined, undefined, 'src/train.py'],
      ['note', 'index 111..222 100644', undefined, undefined, 'src/train.py'],
      ['note', '--- a/src/train.py', undefined, undefined, 'src/train.py'],
      ['note', '+++ b/src/train.py', undefined, undefined, 'src/train.py'],
      ['hunk', '@@ -10,3 +10,4 @@ def main():', undefined, undefined, 'src/train.py'],
      ['same', 'import torch', 10, 10, 'src/train.py'],
      ['removed', 'lr = 1', 11, undefined, 'src/train.py'],
      ['added', 'lr = 2', undefined, 11, 'src/train.py'],
      ['added', '--- not a file', undefined, 12, 'src/train.py'],
      ['note', '\\ No newline at end of file', undefined, undefined, 'src/train.py'],
      ['file', 'new.txt', undefined, undefined, 'new.txt'],
      ['note', '--- /dev/null', undefined, undefined, 'new.txt'],
      ['note', '+++ b/new.txt', undefined, undefined, 'new.txt'],
      ['hunk', '@@ -0,0 +1 @@', undefined, undefined, 'new.txt'],
      ['added', 'hello', undefined, 1, 'new.txt'],
    ])
  })

  it('tells a diff from a script', () => {
    expect(isDiff(DIFF)).toBe(true)
    expect(isDiff('import os\nprint("--- hello")\n')).toBe(false)
  })
})
