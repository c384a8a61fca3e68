import { useId, useState } from 'react'
import type { FormEvent } from 'react'
import { Heading } from './Heading'
import { useKept, useSite } from './state'
import { say, sheets } from './sheet'

interface Message {
  by: 'you' | 'us'
  text: string
}

/** A conversation: answers are looked up in the site's own tables and pages. */
export function Chat({ title, greeting }: { title?: string; greeting?: string }) {
  const id = useId()
  const { name, pages } = useSite()
  const [messages, setMessages] = useKept<Message>('chat')
  const [text, setText] = useState('')
  const hello = say(greeting) || `Welcome to ${name}. How can we help?`
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (!text.trim()) return
    const reply = answer(
      text,
      pages.map(({ label }) => label),
    )
    setMessages((now) => [...now, { by: 'you', text: text.trim() }, { by: 'us', text: reply }])
    setText('')
  }
  return (
    <div className="panel chat">
      <Heading>{say(title) || 'Chat with us'}</Heading>
      <div className="log" role="log" aria-label="Conversation" tabIndex={0}>
        {[{ by: 'us', text: hello }, ...messages].map((message, at) => (
          <p key={at} data-by={message.by}>
            {message.text}
          </p>
        ))}
      </div>
      <form className="say" onSubmit={send} aria-label="Chat">
        <p className="field">
          <label htmlFor={id}>Message</label>
          <input
            id={id}
            name="message"
            required
            value={text}
            autoComplete="off"
            onChange={(event) => setText(event.target.value)}
          />
        </p>
        <button type="submit" className="button">
          Send
        </button>
      </form>
    </div>
  )
}

/** The row that shares most words with the question, else where to look. */
function answer(question: string, pages: string[]): string {
  const asked = question.toLowerCase().match(/\p{L}{4,}/gu) ?? []
  const fit = (line: string) => asked.filter((word) => line.toLowerCase().includes(word)).length
  const known = sheets.flatMap(({ columns, rows }) =>
    rows.map((row) => ({
      row,
      text: row
        .slice(1)
        .map((cell, at) => cell && `${columns[at + 1].name.toLowerCase()}: ${cell}`)
        .filter(Boolean)
        .join(', '),
    })),
  )
  const best = known
    .map((one) => ({ ...one, score: fit(one.row.join(' ')) }))
    .sort((a, b) => b.score - a.score)[0]
  if (best?.score) return `${best.row[0]} may be what you are looking for: ${best.text}.`
  return `Thank you for your message. You will find more under ${pages.slice(1).join(', ') || 'Home'}, and we will gladly answer anything else.`
}
