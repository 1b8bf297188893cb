import { useEffect, useState } from 'react'
import { words } from '../words'
import { Button } from './Button'
import { CheckIcon, CopyIcon } from './icons'

interface CopyButtonProps {
  text: string
  /** What is copied, as the control's name: "Copy the task's id". */
  label: string
}

export function CopyButton({ text, label }: CopyButtonProps) {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), 1_500)
    return () => clearTimeout(timer)
  }, [copied])
  return (
    <Button
      kind="icon"
      aria-label={copied ? words.ui.copied : label}
      title={label}
      onClick={async () => setCopied(await copyText(text))}
    >
      {copied ? <CheckIcon className="text-completed" /> : <CopyIcon />}
    </Button>
  )
}

/** Browsers offer the clipboard only over https and on this machine; elsewhere a selection is copied. */
export async function copyText(text: string): Promise<boolean> {
  if (navigator.clipboard) {
    return navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    )
  }
  const area = document.createElement('textarea')
  area.value = text
  document.body.append(area)
  area.select()
  const done = document.execCommand('copy')
  area.remove()
  return done
}
