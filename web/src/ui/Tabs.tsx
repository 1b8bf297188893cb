import * as Radix from '@radix-ui/react-tabs'
import type { ReactNode } from 'react'

/** The look of a tab, also of one that is a link. */
export const TAB =
  '-mb-px border-b-2 border-transparent px-2 py-1.5 text-muted transition-colors hover:text-text data-[state=active]:border-accent data-[state=active]:text-text data-[status=active]:border-accent data-[status=active]:text-text'

interface TabsProps {
  label: string
  tabs: readonly { name: string; content: ReactNode }[]
}

/** Several views of one thing in one place. Tabs of a page are links instead, so that its address tells them. */
export function Tabs({ label, tabs }: TabsProps) {
  return (
    <Radix.Root defaultValue={tabs[0]?.name ?? ''} className="min-w-0">
      <Radix.List aria-label={label} className="flex gap-1 border-b">
        {tabs.map(({ name }) => (
          <Radix.Trigger key={name} value={name} className={TAB}>
            {name}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map(({ name, content }) => (
        <Radix.Content key={name} value={name} className="pt-3">
          {content}
        </Radix.Content>
      ))}
    </Radix.Root>
  )
}
