/** One object that the laid-down task failed to download. */
export interface FailedItem {
  readonly bucket: string
  readonly key: string
  readonly versionId?: string
  /** Absolute. */
  readonly destination: string
  /** As it is to stand in the list: `14B`, `48.83KB`. Default: `n/a`, as after a HEAD that failed. */
  readonly size?: string
}

/** Which task left the list: `cp` of a folder or an earlier `-recover`; their headers differ. */
export type ListedBy = 'cp' | 'recover'

/** What a failure list says and when. */
export interface FailureListText {
  readonly items: readonly FailedItem[]
  readonly time: Date
  readonly by: ListedBy
}

/**
 * The text of a failure list byte for byte as obsutil 5.1 for Go writes it: a start line, an empty
 * line, the header, one line an item, the count and the end.
 */
export function formatFailureList({ items, time, by }: FailureListText): string {
  const stamp = `${time.toISOString().slice(0, 19)}Z`
  const goTime = `${time
    .toISOString()
    .replace('T', ' ')
    .replace(/\.?0*Z$/, '')} +0000 UTC`
  const firstColumn = by === 'cp' ? 'object size' : 'src size'
  const count = `${items.length}/${items.length}`
  return [
    `${stamp} Start at ${goTime}`,
    '',
    `${stamp} [${firstColumn}, src --> dst, cost(ms), status code, error code, error message, request id]`,
    ...items.map((item) => `${stamp} ${formatItem(item)}`),
    `${stamp} Failed count is: ${count}`,
    `${stamp} End at ${goTime}, cost [4066]`,
    '',
  ].join('\n')
}

/** `cp_failed_report_<yyyyMMddHHmmss UTC>_<task id>.txt` */
export function failureListName(time: Date, taskId: string): string {
  const digits = time.toISOString().replaceAll(/\D/g, '').slice(0, 14)
  return `cp_failed_report_${digits}_${taskId}.txt`
}

/** Without a size the failure was that of a HEAD, which leaves neither cost nor code. */
function formatItem(item: FailedItem): string {
  const version = item.versionId === undefined ? '' : `?versionId=${item.versionId}`
  const route = `obs://${item.bucket}/${item.key}${version} --> ${item.destination}`
  return item.size === undefined
    ? `n/a, ${route}, n/a, status [404], error code [], error message [], request id [REQ000000071]`
    : `${item.size}, ${route}, cost [111], status [0], error code [], error message [unexpected EOF], request id [REQ000000012]`
}
