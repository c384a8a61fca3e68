import { createContext, useContext } from 'react'
import type { ReactNode } from 'react'

/** How deep the next heading is: h2 on a page, h3 in a section. */
const Level = createContext(2)

/** Whether the page has its h1 already; else its hero is it. */
export const Titled = createContext(true)

export function Heading({ children, className }: { children: ReactNode; className?: string }) {
  const Tag = `h${Math.min(useContext(Level), 4)}` as 'h1'
  return <Tag className={className}>{children}</Tag>
}

export function Below({ level, children }: { level: number; children: ReactNode }) {
  return <Level.Provider value={level}>{children}</Level.Provider>
}
