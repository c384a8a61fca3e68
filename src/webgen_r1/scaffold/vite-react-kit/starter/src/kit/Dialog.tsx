import { useEffect, useRef } from 'react'
import type { ReactNode } from 'react'
import { Below } from './Heading'

/** A window over the page, open as long as it is rendered. */
export function Dialog({
  title,
  onClose,
  children,
}: {
  title: string
  onClose: () => void
  children: ReactNode
}) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const element = dialog.current
    if (element && !element.open) element.showModal()
  }, [])
  return (
    <dialog ref={dialog} aria-label={title} onClose={onClose}>
      <div className="top">
        <h2>{title}</h2>
        <button type="button" className="quiet" onClick={onClose}>
          Close
        </button>
      </div>
      <Below level={3}>{children}</Below>
    </dialog>
  )
}
