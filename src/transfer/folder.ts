import type { Item } from '../core/item.ts'
import type { Outcome } from '../core/outcome.ts'
import type { DiskLooks } from '../core/plan-ports.ts'
import type { Disk } from '../core/ports.ts'
import type { DownloadOptions } from './download-options.ts'

/** A folder item is a directory to make; the store is not asked, there are no bytes in it. */
export async function downloadFolder(
  item: Item,
  options: Pick<DownloadOptions, 'mode' | 'existing'>,
  tools: { readonly disk: Disk; readonly looks: DiskLooks },
): Promise<Outcome> {
  const answer = { item, sizeBytes: 0, costMs: undefined, status: undefined, requestId: undefined }
  if (options.existing === 'kept-if-current' && (await tools.disk.isFolder(item.destination))) {
    return { kind: 'unchanged', ...answer }
  }
  if (options.mode === 'dry-run') {
    await tools.looks.assertFolder(item.destination)
    return { kind: 'dry-run', ...answer, planned: { way: 'folder' } }
  }
  await tools.disk.makeFolder(item.destination)
  return {
    kind: 'succeeded',
    item,
    sizeBytes: 0,
    costMs: 0,
    status: 0,
    requestId: '',
    md5: undefined,
    checks: [],
    fetchedBytes: 0,
  }
}
