import { Cards, Hero, Page, Section } from '../kit'
import { breads } from '../data'

export default function Home() {
  return (
    <Page>
      <Hero
        title="Bread with a long night behind it"
        text="Mixed at noon, shaped at dusk, baked at five."
        action="Visit"
      />
      <Section title="On the shelf">
        <Cards of={breads} action="Set aside" />
      </Section>
    </Page>
  )
}
