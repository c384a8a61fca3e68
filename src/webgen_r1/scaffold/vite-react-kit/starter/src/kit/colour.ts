// From two colour names to everything a site is painted with. Page and components get exactly
// the colours that were named; all others are mixed from them so that text can be read.

type RGB = [number, number, number]

// Names that CSS lacks, with typical values.
const EVERYDAY = `
alabaster f2f0e6 almond efdecd amber ffbf00 apricot fbceb1 ash b2beb5 aubergine 472c4c azuremist
f0ffff babyblue 89cff0 blush f4c2c2 bone e3dac9 bordeaux 5c0120 bronze cd7f32 burgundy 800020
burntorange cc5500 burntsienna e97451 buttermilk fff1b5 caramel c68e5a cerulean 2a52be champagne
f7e7ce charcoal 36454f cherry c2185b cloudwhite f5f7f8 cobalt 0047ab coffee 6f4e37 copper b87333
cotton fbfbf5 cream fffdd0 daisywhite f8f3e3 darkmossgreen 4a5d23 denim 1560bd desertsand edc9af
dustwhite f0eee9 ebony 282c34 eggplant 614051 eggshell f0ead6 emerald 10b981 espresso 3c2218
feather f4f1ea featherwhite f6f5f0 fog dcdfe1 forest 228b22 frostwhite f2f7fa glacierblue c4dfea
grape 6f2da8 graphite 41424c honey e6a817 iceblue dcf3fb jade 00a86b jet 343434 lavendermist
e6e6fa lemon fff44f lemonmist fffacd lightbeige f7f3e3 lightmocha d8c3ae lilac c8a2c8 linenwhite
faf0e6 mauve b784a7 melon fdbcb4 mint 98ff98 mintfrost e3f9ee mocha 967259 moonstone a9c5d1
morningfog dde3e6 morningmist e3eaee moss 8a9a5b mustard e1ad01 ocean 0077be ochre cc7722
offwhite faf9f6 onyx 353839 opal dbe9e4 paleash d9dcd6 palelilac e6d7ee palerose fadadd peach
ffe5b4 pearl f3efe6 periwinkle ccccff pewter 96a8a1 pine 01796f platinum e5e4e2 porcelain f4f6f5
raspberry e30b5c rose f43f5e rosegold b76e79 royalpurple 7851a9 ruby 9b111e rust b7410e sage
9caf88 sand dfcba4 sapphire 0f52ba scarlet ff2400 sky 87ceeb slate 64748b smoke e9ecef stone
a8a29e sunflower ffc512 sunlight fff6c2 taupe 8b7e74 terracotta e2725b ultramarine 3f00ff
vanilla f3e5ab wine 722f37 deepskyblue 00bfff lightgoldenrod fafad2`
  .trim()
  .split(/\s+/)

// Words before a name: lightness towards, share of the way, factor on chroma.
const MODIFIERS: Record<string, [number, number, number]> = {
  light: [1, 0.55, 0.7],
  pale: [1, 0.7, 0.5],
  faint: [1, 0.8, 0.4],
  soft: [1, 0.5, 0.6],
  pastel: [1, 0.65, 0.6],
  dark: [0, 0.4, 0.9],
  deep: [0, 0.3, 1],
  bright: [1, 0.1, 1.2],
  vivid: [1, 0, 1.2],
  muted: [0.5, 0.2, 0.5],
  dusty: [0.7, 0.3, 0.5],
  medium: [0.5, 0.2, 1],
  warm: [1, 0, 1],
  cool: [1, 0, 1],
  neon: [1, 0.1, 1.3],
}

/** The colour that is called so (`dark green`, `#fdf5e6`), or null. */
export function colourOf(name: string): RGB | null {
  const words = name
    .toLowerCase()
    .trim()
    .split(/[\s_-]+/)
  const joined = words.join('')
  const css = ofBrowser(joined)
  if (css) return css
  const at = EVERYDAY.indexOf(joined)
  if (at >= 0) return ofHex(EVERYDAY[at + 1])
  const [towards, share, colourful] = MODIFIERS[words[0]] ?? [0, 0, 1]
  const base = words.length > 1 && words[0] in MODIFIERS ? colourOf(words.slice(1).join(' ')) : null
  if (!base) return null
  const grey = (base[0] + base[1] + base[2]) / 3
  return base.map((channel) => {
    const mixed = grey + (channel - grey) * colourful
    return Math.round(Math.min(255, Math.max(0, mixed + (towards * 255 - mixed) * share)))
  }) as RGB
}

/** What the browser knows: names of CSS, hexadecimal, rgb(). */
function ofBrowser(text: string): RGB | null {
  const probe = new Option().style
  probe.color = text
  if (
    !probe.color ||
    /^(?:inherit|initial|unset|revert.*|currentcolor|transparent|var.*)$/.test(text)
  )
    return null
  const canvas = document.createElement('canvas').getContext('2d')
  if (!canvas) return null
  canvas.fillStyle = text
  return ofHex(String(canvas.fillStyle).slice(1))
}

const ofHex = (hex: string): RGB =>
  [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16) || 0) as RGB
const css = (colour: RGB) => `rgb(${colour.join(' ')})`
const mix = (one: RGB, other: RGB, share: number) =>
  one.map((channel, at) => Math.round(channel + (other[at] - channel) * share)) as RGB

function luminance(colour: RGB): number {
  const [r, g, b] = colour.map((channel) => {
    const value = channel / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

/** Contrast as WCAG defines it, 1 to 21. */
function contrast(one: RGB, other: RGB): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (high + 0.05) / (low + 0.05)
}

const WHITE: RGB = [255, 255, 255]
const BLACK: RGB = [0, 0, 0]
const READABLE = 4.6

/** Ink for a ground: dark or light, with a breath of `tint` where the contrast allows it. */
function inkOn(ground: RGB, tint: RGB): RGB {
  const light = contrast(ground, WHITE)
  const plain = light >= READABLE || light > contrast(ground, BLACK) ? WHITE : BLACK
  return toned(plain, tint, 0.14, [ground], Math.min(9, contrast(ground, plain)))
}

/** `ink` moved towards `colour` by `share`, less where it could not be read on the grounds. */
function toned(ink: RGB, colour: RGB, share: number, grounds: RGB[], least = READABLE): RGB {
  for (let part = share; part > 0.01; part -= 0.02) {
    const mixed = mix(ink, colour, part)
    if (grounds.every((ground) => contrast(mixed, ground) >= least)) return mixed
  }
  return ink
}

/** The custom properties of kit.css for a site of these two colours. */
export function themeOf(background: string, color: string): Record<string, string> {
  const page = colourOf(background) ?? WHITE
  const accent = colourOf(color) ?? colourOf('navy') ?? BLACK
  const ink = inkOn(page, accent)
  const onAccent = inkOn(accent, accent)
  const isDark = luminance(ink) > luminance(page)
  const surface = mix(page, isDark ? mix(WHITE, accent, 0.2) : WHITE, isDark ? 0.07 : 0.6)
  const grounds = [page, surface]
  const readable = grounds.every((ground) => contrast(accent, ground) >= READABLE)
  return {
    '--page': css(page),
    '--accent': css(accent),
    '--ink': css(ink),
    '--on-accent': css(onAccent),
    '--surface': css(surface),
    '--field': css(isDark ? page : mix(page, WHITE, 0.85)),
    '--muted': css(toned(ink, page, 0.36, grounds, 5)),
    '--line': css(mix(page, ink, isDark ? 0.2 : 0.14)),
    '--strong': css(readable ? accent : ink), // figures, links, prices
    '--hover': css(
      mix(accent, onAccent, contrast(mix(accent, onAccent, 0.1), onAccent) >= READABLE ? 0.1 : 0),
    ),
    ...artTones(page, accent, ink, isDark),
    '--scheme': isDark ? 'dark' : 'light',
  }
}

/** Five tones of one picture: from next to the page to the component colour and beyond. */
function artTones(page: RGB, accent: RGB, ink: RGB, isDark: boolean): Record<string, string> {
  const tones = isDark
    ? [mix(page, accent, 0.13), mix(page, accent, 0.5), accent, mix(page, accent, 0.27)]
    : [mix(page, accent, 0.16), mix(page, accent, 0.45), accent, mix(accent, ink, 0.45)]
  const bright = isDark ? mix(accent, WHITE, 0.6) : mix(page, WHITE, 0.7)
  return Object.fromEntries([...tones, bright].map((tone, at) => [`--art-${at}`, css(tone)]))
}
