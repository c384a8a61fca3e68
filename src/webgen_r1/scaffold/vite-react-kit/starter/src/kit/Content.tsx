// Small parts that pages are made of.
import { Empty } from './Cards'
import { Heading } from './Heading'
import { amount, asSheet, isAmount, like, parts, say } from './sheet'
import type { Sheet } from './sheet'

/** Figures: `48 routes | 12 regions`, or what the columns of a table come to. */
export function Stats({ items, of }: { items?: string; of?: Sheet }) {
  const figures = of === undefined ? parts(items).map(figure) : figuresOf(asSheet(of))
  if (!figures.length) return <Empty />
  return (
    <dl className="stats">
      {figures.map(([value, label], at) => (
        <div key={at}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** `4.8 rating` and `rating: 4.8` are a value and its label. */
function figure(text: string): [string, string] {
  const [, label, after] = /^([^:]+):\s*(.+)$/.exec(text) ?? []
  if (after) return [after, label]
  const [, value, rest] = /^(\S*\d\S*)\s+(.+)$/.exec(text) ?? /^(\S+)\s+(.+)$/.exec(text) ?? []
  return value ? [value, rest] : [text, '']
}

function figuresOf({ columns, rows }: Sheet): [string, string][] {
  if (columns.length === 2) return rows.slice(0, 6).map(([label, value]) => [value, label])
  const measured = columns.flatMap(({ name, kind }, at): [string, string][] => {
    if (!isAmount(columns[at]) || at === 0) return []
    const sum = rows.reduce((all, row) => all + amount(row[at], kind), 0)
    return kind === 'money'
      ? [[like(rows[0][at])(sum), `${name} in all`]]
      : [[like(rows[0][at])(sum / rows.length), `${name} on average`]]
  })
  return rows.length
    ? [[String(rows.length), plural(columns[0].name)], ...measured.slice(0, 3)]
    : []
}

const plural = (name: string) =>
  `${name.toLowerCase()}s`.replace(/(s|x|ch|sh)s$/, '$1es').replace(/([^aeiou])ys$/, '$1ies')

/** Questions that open to their answers: `Question? Answer. | Question? Answer.` */
export function Faq({ items }: { items: string }) {
  const questions = parts(items)
  if (!questions.length) return <Empty />
  return (
    <div className="faq">
      {questions.map((text, at) => {
        const [, question, answer] = /^(.*?[?:])\s+(.+)$/s.exec(text) ?? [
          text,
          text,
          'Please ask us.',
        ]
        return (
          <details key={at} open={at === 0}>
            <summary>{question}</summary>
            <p>{answer}</p>
          </details>
        )
      })}
    </div>
  )
}

/** Numbered steps; what follows a colon explains one. */
export function Steps({ items }: { items: string }) {
  const steps = parts(items)
  if (!steps.length) return <Empty />
  return (
    <ol className="steps">
      {steps.map((step, at) => {
        const [title, ...text] = step.split(/:\s+/)
        return (
          <li key={at}>
            <span className="number">{at + 1}</span>
            <div>
              <Heading className="name">{title}</Heading>
              {text.length > 0 && <p>{text.join(': ')}</p>}
            </div>
          </li>
        )
      })}
    </ol>
  )
}

/** What somebody said. */
export function Quote({ text, by }: { text: string; by?: string }) {
  if (!say(text)) return <Empty />
  return (
    <figure className="quote">
      <blockquote>{say(text)}</blockquote>
      {say(by) && <figcaption>{say(by)}</figcaption>}
    </figure>
  )
}
