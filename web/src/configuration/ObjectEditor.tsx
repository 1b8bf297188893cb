import { useMemo } from 'react'
import { guessLanguage } from '../code/language'
import { TextEditor } from '../code/TextEditor'

interface ObjectEditorProps {
  label: string
  value: string
  setValue?: (value: string) => void
  save?: () => void
}

/** The editor in the language the object is written in. */
export function ObjectEditor(props: ObjectEditorProps) {
  // The language of a text does not change with every key.
  // biome-ignore lint/correctness/useExhaustiveDependencies: read once
  const language = useMemo(() => guessLanguage(props.value), [props.label])
  return <TextEditor {...props} language={language} />
}
