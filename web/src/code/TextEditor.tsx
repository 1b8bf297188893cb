import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search'
import { EditorState } from '@codemirror/state'
import { EditorView, keymap, lineNumbers } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { useEffect, useRef } from 'react'
import { languageCalled } from './language'

interface TextEditorProps {
  label: string
  value: string
  /** As `languageCalled` knows it; plain text when absent. */
  language?: string | undefined
  /** Called with every change; the text can only be read when absent. */
  setValue?: (value: string) => void
  /** Saves, on Ctrl+Enter. */
  save?: () => void
}

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword], color: 'var(--ansi-5)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--ansi-2)' },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: 'var(--ansi-4)' },
  { tag: [tags.comment, tags.meta], color: 'var(--muted)' },
  { tag: [tags.propertyName, tags.definition(tags.variableName)], color: 'var(--ansi-6)' },
])

const look = EditorView.theme({
  '&': { height: '100%', fontSize: '12px', backgroundColor: 'var(--sunken)' },
  '&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '-2px' },
  '.cm-scroller': { fontFamily: 'var(--font-mono)', lineHeight: '20px' },
  '.cm-gutters': {
    backgroundColor: 'var(--sunken)',
    color: 'var(--muted)',
    border: 'none',
  },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground':
    { backgroundColor: 'var(--tint)' },
  '.cm-panels': { backgroundColor: 'var(--raised)', color: 'var(--text)' },
  '.cm-panels-top': { borderBottom: '1px solid var(--line)' },
  '.cm-textfield': {
    backgroundColor: 'var(--page)',
    border: '1px solid var(--line-strong)',
    borderRadius: '6px',
  },
  '.cm-button': {
    backgroundColor: 'var(--raised)',
    backgroundImage: 'none',
    border: '1px solid var(--line-strong)',
    borderRadius: '6px',
  },
  '.cm-searchMatch': { backgroundColor: 'var(--tint)' },
  '.cm-selectionMatch': { backgroundColor: 'var(--hover)' },
})

/** A text with numbers, colours and search (Ctrl+F), to read or to edit. It fills its place. */
export function TextEditor({ label, value, language, setValue, save }: TextEditorProps) {
  const place = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView | null>(null)
  const latest = useRef({ value, setValue, save })
  useEffect(() => {
    latest.current = { value, setValue, save }
  })
  const readOnly = setValue === undefined

  useEffect(() => {
    if (!place.current) return
    const parser = languageCalled(language ?? '')
    const editor = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: latest.current.value,
        extensions: [
          lineNumbers(),
          history(),
          search({ top: true }),
          highlightSelectionMatches(),
          keymap.of([
            {
              key: 'Mod-Enter',
              run: () => {
                latest.current.save?.()
                return true
              },
            },
            ...searchKeymap,
            ...historyKeymap,
            ...defaultKeymap,
            ...(readOnly ? [] : [indentWithTab]),
          ]),
          syntaxHighlighting(colours),
          look,
          ...(parser ? [parser] : []),
          EditorState.readOnly.of(readOnly),
          EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.setValue?.(update.state.doc.toString())
          }),
        ],
      }),
    })
    view.current = editor
    return () => {
      view.current = null
      editor.destroy()
    }
  }, [label, language, readOnly])

  useEffect(() => {
    const editor = view.current
    if (!editor || editor.state.doc.toString() === value) return
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } })
  }, [value])

  return <div ref={place} className="h-full min-h-0 overflow-hidden rounded-md border" />
}
