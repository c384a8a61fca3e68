import { Form, Page, Saved } from '../kit'

export default function Visit() {
  return (
    <Page title="Visit" text="Mill Lane 4, Tuesday to Sunday, 7 to 14.">
      <Saved title="Set aside for you" />
      <Form fields="Name, Email, Day, Message?" submit="Ask for an order" />
    </Page>
  )
}
