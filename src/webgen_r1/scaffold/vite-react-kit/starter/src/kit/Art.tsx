// Artwork drawn from nothing but the theme's colours and a title. All pictures of a site share
// one motif, so that a row of them looks like a series; the title decides the rest.
import type { ReactNode } from 'react'
import { useSite } from './state'

type Random = () => number
const WIDE = 400
const HIGH = 800 / 3 // four rows of square tiles, six to a row

function hash(text: string): number {
  let value = 2166136261
  for (const letter of text) value = Math.imul(value ^ letter.charCodeAt(0), 16777619)
  return value >>> 0
}

/** Numbers in [0, 1) that are the same for the same text. */
function randomOf(text: string): Random {
  let state = hash(text)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

const tone = (at: number) => `var(--art-${at})`
const range = (count: number) => [...Array(count).keys()]

// Each palette: ground, then from the farthest to the nearest.
const PALETTES = [
  [0, 1, 2, 3],
  [2, 4, 0, 3],
  [3, 2, 1, 4],
  [0, 2, 3, 1],
]

type Motif = (random: Random, palette: number[]) => ReactNode

const hills: Motif = (random, [, far, middle, near]) => {
  const ridge = (base: number, height: number) => {
    const [phase, second] = [random() * 6, random() * 6]
    const points = range(21).map((at) => {
      const y =
        base - height * (Math.sin(at / 3.2 + phase) * 0.6 + Math.sin(at / 1.7 + second) * 0.25)
      return `${at * 20},${y.toFixed(1)}`
    })
    return `M0,${HIGH} L${points.join(' L')} L${WIDE},${HIGH}Z`
  }
  return (
    <>
      <circle
        cx={70 + random() * 260}
        cy={104 + random() * 20}
        r={20 + random() * 14}
        fill={tone(near === 4 ? 4 : middle)}
      />
      <path d={ridge(170, 30)} fill={tone(far)} />
      <path d={ridge(202, 26)} fill={tone(middle)} />
      <path d={ridge(236, 20)} fill={tone(near)} />
    </>
  )
}

const arches: Motif = (random, [, ...tones]) => {
  const count = 2 + Math.floor(random() * 2)
  const width = WIDE / count
  return range(count).flatMap((at) => {
    const rings = 4 + Math.floor(random() * 2)
    const reach = width * (0.55 + random() * 0.35)
    return range(rings).map((ring) => (
      <circle
        key={`${at}-${ring}`}
        cx={width * (at + 0.5)}
        cy={HIGH}
        r={(reach * (rings - ring)) / rings}
        fill={tone(tones[ring % tones.length])}
      />
    ))
  })
}

const tiles: Motif = (random, [ground, ...tones]) => {
  const size = WIDE / 6
  return range(24).map((at) => {
    const [x, y] = [(at % 6) * size, Math.floor(at / 6) * size]
    const [one, other] = [
      tones[Math.floor(random() * 3)],
      [ground, ...tones][Math.floor(random() * 4)],
    ]
    const turn = Math.floor(random() * 4) * 90
    const kind = random()
    return (
      <g key={at} transform={`translate(${x} ${y}) rotate(${turn} ${size / 2} ${size / 2})`}>
        <rect width={size + 0.5} height={size + 0.5} fill={tone(other)} />
        {kind < 0.55 && (
          <path d={`M0,0 H${size} A${size},${size} 0 0 1 0,${size}Z`} fill={tone(one)} />
        )}
        {kind >= 0.55 && kind < 0.8 && (
          <path
            d={`M0,${size / 2} A${size / 2},${size / 2} 0 0 1 ${size},${size / 2}Z`}
            fill={tone(one)}
          />
        )}
        {kind >= 0.8 && <circle cx={size / 2} cy={size / 2} r={size / 3.4} fill={tone(one)} />}
      </g>
    )
  })
}

const orbits: Motif = (random, [, far, middle, near]) => {
  const [x, y] = [120 + random() * 160, 100 + random() * 60]
  return (
    <>
      {range(6).map((at) => (
        <circle
          key={at}
          cx={x}
          cy={y}
          r={52 + at * 36}
          fill="none"
          stroke={tone(far)}
          strokeWidth={at % 2 ? 1.5 : 3}
        />
      ))}
      <circle cx={x} cy={y} r={34} fill={tone(middle)} />
      {range(6).map((at) => {
        const angle = random() * 6.28
        const reach = 52 + at * 36
        return (
          <circle
            key={at}
            cx={x + Math.cos(angle) * reach}
            cy={y + Math.sin(angle) * reach}
            r={6 + random() * 11}
            fill={tone(at % 2 ? middle : near)}
          />
        )
      })}
    </>
  )
}

const leaves: Motif = (random, [, ...tones]) =>
  range(5).flatMap((stem) => {
    const [x, height, lean] = [
      40 + stem * 80 + random() * 20 - 10,
      116 + random() * 74,
      random() * 24 - 12,
    ]
    const pairs = 4 + Math.floor(random() * 2)
    const shade = tone(tones[(stem + Math.floor(random() * 2)) % 3])
    return [
      <path
        key={`${stem}`}
        d={`M${x},${HIGH} Q${x},${HIGH - height / 2} ${x + lean},${HIGH - height}`}
        stroke={shade}
        strokeWidth="3"
        fill="none"
      />,
      ...range(pairs * 2).map((at) => {
        const share = (Math.floor(at / 2) + 1) / (pairs + 0.4)
        const size = 46 * (1.15 - share * 0.55)
        const side = at % 2 ? 1 : -1
        return (
          <path
            key={`${stem}-${at}`}
            d={`M0,0 C${size * 0.3},${-size * 0.34} ${size * 0.8},${-size * 0.3} ${size},0 C${size * 0.8},${size * 0.3} ${size * 0.3},${size * 0.34} 0,0Z`}
            transform={`translate(${x + lean * share * share} ${HIGH - height * share}) rotate(${side > 0 ? -38 : 218})`}
            fill={shade}
          />
        )
      }),
    ]
  })

const blocks: Motif = (random, [, ...tones]) =>
  range(10).flatMap((at) => {
    const height = 64 + at * 7 + random() * 64
    const shares = [1, 0.5 + random() * 0.3, 0.15 + random() * 0.25]
    return shares.map((share, layer) => (
      <rect
        key={`${at}-${layer}`}
        x={at * 40 + 4}
        y={HIGH - height * share}
        width="32"
        height={height * share}
        fill={tone(tones[layer])}
      />
    ))
  })

const waves: Motif = (random, [, ...tones]) => {
  const [phase, pace] = [random() * 6, 0.45 + random() * 0.35]
  return range(9).map((at) => {
    const height = 6 + 22 * Math.abs(Math.sin(at * 0.55 + phase))
    const points = range(41).map(
      (step) =>
        `${step * 10},${(30 + at * 26 + Math.sin(step * pace * 0.4 + phase + at * 0.5) * height).toFixed(1)}`,
    )
    return (
      <path
        key={at}
        d={`M${points.join(' L')}`}
        fill="none"
        stroke={tone(tones[at % 3])}
        strokeWidth={3 + (at % 3) * 3.5}
        strokeLinecap="round"
      />
    )
  })
}

const MOTIFS = { hills, arches, tiles, orbits, leaves, blocks, waves }

// Words in the name of a site or of its pages that call for a motif.
const HINTS: [keyof typeof MOTIFS, RegExp][] = [
  [
    'leaves',
    /plant|garden|flower|nursery|organic|botan|farm|green|herb|tea\b|health|wellness|yoga|vegan/i,
  ],
  [
    'hills',
    /tour|travel|trail|hik|camp|mountain|road|outdoor|adventure|park|weather|trip|hotel|ski|estate|drive/i,
  ],
  [
    'blocks',
    /stock|invest|bank|financ|trade|market|budget|saving|report|data|analytic|dashboard|city|property|\bwork|business|account/i,
  ],
  [
    'waves',
    /music|radio|sound|podcast|audio|film|festival|event|theat|sea|swim|surf|water|chat|voice|stream/i,
  ],
  [
    'orbits',
    /tech|science|space|network|cloud|ai\b|robot|crypto|game|forum|physics|social|learn|research|energy/i,
  ],
  [
    'arches',
    /food|recipe|restaurant|caf|coffee|kitchen|bak|wine|museum|galler|library|book|school|course|church/i,
  ],
]

/** A picture for a title. It says nothing, so readers of screens pass it over. */
export function Art({ of, tall }: { of: string; tall?: boolean }) {
  const { name, pages } = useSite()
  const words = [name, ...pages.map(({ label }) => label)].join(' ')
  const hinted = HINTS.find(([, hint]) => hint.test(words))?.[0]
  const names = Object.keys(MOTIFS) as (keyof typeof MOTIFS)[]
  const motif = MOTIFS[hinted ?? names[hash(name) % names.length]]
  const random = randomOf(name + of)
  const palette = PALETTES[Math.floor(random() * PALETTES.length)]
  return (
    <div className={tall ? 'art tall' : 'art'} aria-hidden="true">
      <svg viewBox={`0 0 ${WIDE} ${HIGH}`} preserveAspectRatio="xMidYMax slice">
        <rect width={WIDE} height={HIGH} fill={tone(palette[0])} />
        {motif(random, palette)}
      </svg>
    </div>
  )
}
