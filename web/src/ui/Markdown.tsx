import ReactMarkdown, { type Components } from 'react-markdown'
import remarkGfm from 'remark-gfm'
import './markdown.css'

/**
 * Markdown as elements, never as HTML: markup inside the text is shown as it is written, links with
 * schemes that run code lose their target, and pictures come only from this site.
 */
export function Markdown({ text }: { text: string }) {
  return (
    <div className="markdown text-prose">
      <ReactMarkdown remarkPlugins={[remarkGfm]} components={COMPONENTS}>
        {text}
      </ReactMarkdown>
    </div>
  )
}

const COMPONENTS: Components = {
  a: ({ href, children }) => (
    <a href={href} rel="noreferrer noopener" target="_blank">
      {children}
    </a>
  ),
  // A picture of another site would tell that site who reads this: it is a link instead.
  img: ({ src, alt }) =>
    typeof src === 'string' && /^(?:data:image\/|\/(?!\/))/.test(src) ? (
      <img src={src} alt={alt ?? ''} />
    ) : (
      <a href={src} rel="noreferrer noopener" target="_blank">
        {alt || src}
      </a>
    ),
  // The page's own headings are the first and the second.
  h1: 'h3',
  h2: 'h4',
  h3: 'h5',
  table: ({ children }) => (
    <div className="overflow-x-auto">
      <table>{children}</table>
    </div>
  ),
}
