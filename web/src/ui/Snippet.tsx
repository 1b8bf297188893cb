import { CopyButton } from './CopyButton'

interface SnippetProps {
  text: string
  /** The name of the button that copies it. */
  copy: string
}

/** Text to paste elsewhere, with a button that copies it. */
export function Snippet({ text, copy }: SnippetProps) {
  return (
    <div className="relative w-full min-w-0 rounded-md border bg-sunken">
      <pre className="overflow-x-auto p-3 pr-12 font-mono text-table" tabIndex={0}>
        {text}
      </pre>
      <div className="absolute top-1.5 right-1.5 rounded-md bg-sunken">
        <CopyButton text={text} label={copy} />
      </div>
    </div>
  )
}
