import { useContext } from 'react'
import { Link } from 'react-router-dom'
import { Art } from './Art'
import { Heading, Titled } from './Heading'
import { usePage, useSite } from './state'
import { say } from './sheet'

interface HeroProps {
  title: string
  text?: string
  action?: string
  look?: string
}

/** The opening of a page: a title, a sentence, artwork and, with `action`, the way to a page. */
export function Hero({ title, text, action, look }: HeroProps) {
  const titled = useContext(Titled)
  const { name: site } = useSite()
  const name = say(title) || site
  const target = usePage(say(action))
  const named = say(action) && target
  return (
    <section className="hero" data-look={say(look)}>
      <div className="words">
        {titled ? <Heading className="title">{name}</Heading> : <h1>{name}</h1>}
        {say(text) && <p>{say(text)}</p>}
        {named && (
          <Link className="button" to={named.path}>
            {named.label}
          </Link>
        )}
      </div>
      <Art of={name} tall />
    </section>
  )
}
