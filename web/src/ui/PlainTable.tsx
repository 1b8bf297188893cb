import type { ReactNode } from 'react'

interface PlainTableProps {
  heads: readonly string[]
  /** The head of a last column that holds controls is empty. */
  controls?: boolean
  children: ReactNode
}

/** A table of few rows, all of them in the document. */
export function PlainTable({ heads, controls, children }: PlainTableProps) {
  return (
    <div className="overflow-x-auto">
      <table className="w-full min-w-160 border-collapse">
        <thead>
          <tr className="h-8 border-b text-left text-small text-muted">
            {heads.map((head) => (
              <th key={head} scope="col" className="px-2 font-medium">
                {head}
              </th>
            ))}
            {controls && <td />}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  )
}
