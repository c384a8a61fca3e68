import { Link } from 'react-router-dom'
import { Empty } from './Cards'
import { Heading } from './Heading'
import { useEntries, usePage, useSaved } from './state'
import { amount, like, say } from './sheet'

/** What visitors saved with the actions of cards and tables, with the total of its prices. */
export function Saved({ title = 'Saved' }: { title?: string }) {
  const [saved, setSaved] = useSaved()
  const start = usePage('')
  const prices = saved.flatMap(({ facts }) =>
    facts.filter(({ kind }) => kind === 'money').slice(0, 1),
  )
  const total = prices.reduce((sum, { value }) => sum + amount(value, 'money'), 0)
  return (
    <div className="panel">
      {say(title) && <Heading>{say(title)}</Heading>}
      {!saved.length && (
        <Empty>
          <p>Nothing saved yet. What you choose on the other pages waits for you here.</p>
          {start && (
            <Link className="quiet" to={start.path}>
              Go to {start.label}
            </Link>
          )}
        </Empty>
      )}
      <Lines
        verb="Remove"
        of={saved.map(({ title, facts }) => ({
          title,
          text: facts
            .filter(({ value }) => value)
            .map(({ value }) => value)
            .slice(0, 3)
            .join(' · '),
        }))}
        onTake={(at) => setSaved((now) => now.filter((_, other) => other !== at))}
      />
      {prices.length > 0 && (
        <p className="total">
          Total <strong>{like(prices[0].value)(total)}</strong>
        </p>
      )}
    </div>
  )
}

interface EntriesProps {
  title?: string
  of?: string
}

/** What visitors sent with the site's forms, or with the one that is called `of`. */
export function Entries({ title = 'Sent so far', of }: EntriesProps) {
  const [entries, setEntries] = useEntries()
  const wanted = say(of).toLowerCase()
  const shown = entries.filter(({ form }) => !wanted || form.toLowerCase() === wanted)
  return (
    <div className="panel">
      {say(title) && <Heading>{say(title)}</Heading>}
      {!shown.length && (
        <Empty>Nothing here yet. What you send with the form is listed here.</Empty>
      )}
      <Lines
        verb="Delete"
        of={shown.map(({ values: [first, ...rest] }) => ({
          title: first?.[1] ?? '',
          text: rest
            .filter(([, value]) => value)
            .map(([name, value]) => `${name}: ${value}`)
            .join(' · '),
        }))}
        onTake={(at) => setEntries((now) => now.filter((one) => one !== shown[at]))}
      />
    </div>
  )
}

interface LinesProps {
  of: { title: string; text: string }[]
  verb: string
  onTake: (at: number) => void
}

function Lines({ of, verb, onTake }: LinesProps) {
  if (!of.length) return null
  return (
    <ul className="lines">
      {of.map(({ title, text }, at) => (
        <li key={title + at}>
          <span>
            <strong>{title}</strong>
            <small>{text}</small>
          </span>
          <button
            type="button"
            className="quiet"
            aria-label={`${verb} ${title}`}
            onClick={() => onTake(at)}
          >
            {verb}
          </button>
        </li>
      ))}
    </ul>
  )
}
