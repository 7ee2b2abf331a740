/** What a terminal shows from a moment on, in milliseconds since the beginning. */
export interface Frame {
  readonly atMs: number
  /** From the top; without blanks at their ends. */
  readonly rows: readonly string[]
}

/** The size of the picture. */
export interface PictureSize {
  readonly columns: number
  readonly rows: number
  /** After so long, in milliseconds, it begins again. */
  readonly durationMs: number
}

/**
 * A picture that moves, in SVG with CSS and nothing else, as pages of repositories allow it. Who has asked
 * for less motion, or cannot show any, sees the last frame. `widthOf` gives the columns that a text takes.
 */
export function renderSvg(
  frames: readonly Frame[],
  size: PictureSize,
  widthOf: (text: string) => number,
): string {
  const { columns, rows, durationMs } = size
  const spans = Array.from({ length: rows }, (_, row) => spansOf(frames, row, durationMs)).flat()
  const times = new Map<string, Span>()
  for (const span of spans) times.set(nameOf(span), span)
  const width = 2 * margin + columns * cell.width
  const height = 2 * margin + barHeight + rows * cell.height
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" xml:space="preserve" viewBox="0 0 ${round(width)} ${round(height)}" role="img" aria-label="A run of obsutil in a terminal">`,
    '<style>',
    'text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#d6dae0;white-space:pre}',
    '.prompt{fill:#8fd18f}',
    ...[...times].map(([name, span]) => styleOf(name, span, durationMs)),
    '@media(prefers-reduced-motion:reduce){text{animation:none!important}}',
    '</style>',
    `<rect width="100%" height="100%" rx="8" fill="#1b1f24"/>`,
    ...['#ff5f57', '#febc2e', '#28c840'].map(
      (fill, at) =>
        `<circle cx="${margin + 6 + at * 20}" cy="${margin + 4}" r="6" fill="${fill}"/>`,
    ),
    ...spans.map((span) => textOf(span, widthOf(span.text))),
    '</svg>',
    '',
  ].join('\n')
}

const margin = 14
const barHeight = 22
const cell = { width: 8.4, height: 19 }

/** A row that stays the same for a while. */
interface Span {
  readonly row: number
  readonly text: string
  readonly fromMs: number
  /** Undefined: to the end. */
  readonly toMs: number | undefined
}

function spansOf(frames: readonly Frame[], row: number, endMs: number): readonly Span[] {
  const spans: Span[] = []
  let begun: Frame | undefined
  const textIn = (frame: Frame | undefined) => frame?.rows[row] ?? ''
  const close = (toMs: number | undefined) => {
    if (begun === undefined || textIn(begun) === '') return
    spans.push({ row, text: textIn(begun), fromMs: begun.atMs, toMs })
  }
  for (const frame of frames.filter(({ atMs }) => atMs < endMs)) {
    if (begun !== undefined && textIn(frame) === textIn(begun)) continue
    close(frame.atMs)
    begun = frame
  }
  close(undefined)
  return spans
}

function nameOf({ fromMs, toMs }: Span): string {
  return `t${fromMs}${toMs === undefined ? '' : `-${toMs}`}`
}

/** Without motion only what lasts to the end is seen. */
function styleOf(name: string, { fromMs, toMs }: Span, durationMs: number): string {
  const percent = (ms: number) => `${round((ms * 100) / durationMs)}%`
  const seen = [
    ...(fromMs > 0 ? ['0%{opacity:0}'] : []),
    `${percent(fromMs)}{opacity:1}`,
    ...(toMs === undefined ? [] : [`${percent(toMs)}{opacity:0}`]),
  ]
  const rest = toMs === undefined ? 1 : 0
  return `@keyframes ${name}{${seen.join('')}}.${name}{opacity:${rest};animation:${name} ${durationMs}ms step-end infinite}`
}

function textOf(span: Span, columns: number): string {
  const indent = span.text.length - span.text.trimStart().length
  const x = margin + indent * cell.width
  const y = margin + barHeight + (span.row + 0.8) * cell.height
  // Whatever font there is, a character takes its cell.
  const length = round((columns - indent) * cell.width)
  const classes = span.text.startsWith('$ ') ? `${nameOf(span)} prompt` : nameOf(span)
  return `<text class="${classes}" x="${round(x)}" y="${round(y)}" textLength="${length}" lengthAdjust="spacingAndGlyphs">${escaped(span.text.trimStart())}</text>`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
