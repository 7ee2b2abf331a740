/**
 * Whether an object's ETag can be a condition and hold pieces of a body together: only a strong
 * validator can (RFC 9110, 8.8.1 and 13.1.1).
 */
export function hasStrongTag({ etag }: { readonly etag: string }): boolean {
  return etag !== '' && !etag.startsWith('W/')
}
