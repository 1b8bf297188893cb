import { useState } from 'react'
import { fileAddress } from '../api/files'
import { fileName, isReachable, mediaKind } from '../format/file'
import { CopyButton } from '../ui/CopyButton'
import { words } from '../words'

interface MediaProps {
  url: string
  name: string
  className?: string
}

/** A reported file in the way its kind is looked at or listened to. Nothing of it runs with the page's rights. */
export function Media({ url, name, className = '' }: MediaProps) {
  const [failed, setFailed] = useState(false)
  if (!isReachable(url)) return <Unshown url={url} reason={words.samples.elsewhere} />
  if (failed) return <Unshown url={url} reason={words.samples.notShown} />
  const onError = () => setFailed(true)
  switch (mediaKind(url)) {
    case 'image':
      return (
        <img
          src={fileAddress(url)}
          alt={name}
          loading="lazy"
          decoding="async"
          className={`object-contain ${className}`}
          onError={onError}
        />
      )
    case 'audio':
      return (
        // biome-ignore lint/a11y/useMediaCaption: what tasks report has none
        <audio
          src={url}
          controls
          preload="none"
          aria-label={name}
          className="w-[480px] max-w-full px-2"
          onError={onError}
        />
      )
    case 'video':
      return (
        // biome-ignore lint/a11y/useMediaCaption: what tasks report has none
        <video
          src={url}
          controls
          preload="metadata"
          aria-label={name}
          className={className}
          onError={onError}
        />
      )
    case 'html':
      // The frame's origin is its own: scripts in it reach neither the page nor its cookie.
      return (
        <iframe
          src={url}
          title={name}
          sandbox="allow-scripts"
          loading="lazy"
          className={`bg-[white] ${className}`}
        />
      )
    default:
      return (
        <a
          href={fileAddress(url)}
          target="_blank"
          rel="noreferrer"
          className="p-2 break-all text-accent underline"
        >
          {fileName(url)}
        </a>
      )
  }
}

function Unshown({ url, reason }: { url: string; reason: string }) {
  return (
    <div className="flex max-w-full flex-col items-center gap-1 p-2 text-center text-small text-muted">
      <span>{reason}</span>
      <span className="flex max-w-full items-center gap-1">
        <span className="truncate" title={url}>
          {fileName(url)}
        </span>
        <CopyButton text={url} label={words.samples.copyAddress} />
      </span>
    </div>
  )
}
