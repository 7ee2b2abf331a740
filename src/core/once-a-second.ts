/**
 * A way to write times that looks at whole seconds only, and so is asked once for each second: where a
 * line is written for each of some thousand objects a second, this shows. Times in milliseconds since
 * the epoch.
 */
export function onceASecond(format: (timeMs: number) => string): (timeMs: number) => string {
  let second = Number.NaN
  let text = ''
  return (timeMs) => {
    const its = Math.floor(timeMs / 1000)
    if (its !== second) {
      text = format(timeMs)
      second = its
    }
    return text
  }
}
