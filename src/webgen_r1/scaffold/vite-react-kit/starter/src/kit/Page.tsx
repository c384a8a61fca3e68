import { Children, isValidElement, useId, useState } from 'react'
import type { ReactNode } from 'react'
import { useLocation } from 'react-router-dom'
import { Below, Titled } from './Heading'
import { Hero } from './Hero'
import { useSite } from './state'
import { say } from './sheet'

interface PageProps {
  title?: string
  text?: string
  children?: ReactNode
}

/** One page; it has an h1 even where neither a title nor a hero was given. */
export function Page({ title, text, children }: PageProps) {
  const { pages } = useSite()
  const { pathname } = useLocation()
  const hasHero = Children.toArray(children).some(
    (child) => isValidElement(child) && child.type === Hero,
  )
  const label = pages.find(({ path }) => path === pathname)?.label ?? ''
  const heading = say(title) || (hasHero ? '' : label || 'Welcome')
  return (
    <div className="page">
      {heading && (
        <div className="lead">
          <h1>{heading}</h1>
          {say(text) && <p>{say(text)}</p>}
        </div>
      )}
      <Titled.Provider value={heading !== ''}>{children}</Titled.Provider>
    </div>
  )
}

/** A part of a page under a heading of its own. */
export function Section({ title, text, children }: PageProps) {
  return (
    <section className="section">
      {say(title) && <h2>{say(title)}</h2>}
      {say(text) && <p className="intro">{say(text)}</p>}
      <Below level={say(title) ? 3 : 2}>{children}</Below>
    </section>
  )
}

/** Shows one of its sections at a time; their titles are the tabs. */
export function Tabs({ children }: { children?: ReactNode }) {
  const id = useId()
  const [shown, setShown] = useState(0)
  const sections = Children.toArray(children).filter(isValidElement<PageProps>)
  const labels = sections.map(({ props }, at) => say(props.title) || `Part ${at + 1}`)
  return (
    <div className="tabs">
      <div className="row" role="tablist" aria-label={labels.join(', ')}>
        {labels.map((label, at) => (
          <button
            key={label + at}
            type="button"
            role="tab"
            id={`${id}-${at}`}
            aria-selected={at === shown}
            aria-controls={`${id}-panel`}
            onClick={() => setShown(at)}
          >
            {label}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${shown}`}>
        <Below level={2}>{sections[shown]}</Below>
      </div>
    </div>
  )
}
