import type { ReactNode } from 'react'
import { downloadAddress } from '../api/files'
import { isReachable } from '../format/file'
import { buttonLook } from '../ui/Button'
import { CopyButton } from '../ui/CopyButton'
import { Fact } from '../ui/Facts'
import { SaveIcon } from '../ui/icons'
import { words } from '../words'

interface OutputHeadProps {
  name: string
  uri: string
  /** What else can be done with it. */
  children?: ReactNode
}

/** The name of an artifact or model, and the way to its bytes. */
export function OutputHead({ name, uri, children }: OutputHeadProps) {
  return (
    <div className="flex min-h-11 shrink-0 items-center gap-2">
      <h2 className="min-w-0 truncate font-semibold normal-nums" title={name}>
        {name}
      </h2>
      <span className="ml-auto" />
      {children}
      {isReachable(uri) && (
        <a href={downloadAddress(uri)} download className={buttonLook('main')}>
          <SaveIcon />
          {words.artifacts.download}
        </a>
      )}
    </div>
  )
}

interface CopiedFactProps {
  name: string
  text: string | undefined
  /** What the button that copies it says. */
  copy: string
}

/** An id, a hash or an address: shown letter by letter, to be copied. */
export function CopiedFact({ name, text, copy }: CopiedFactProps) {
  return (
    <Fact name={name}>
      {text && (
        <>
          <span className="min-w-0 font-mono text-small [overflow-wrap:anywhere]">{text}</span>
          <CopyButton text={text} label={copy} />
        </>
      )}
    </Fact>
  )
}
