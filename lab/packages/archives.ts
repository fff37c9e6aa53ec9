/** The package archives that instances may reach, and which of their files never change. */

/** Ubuntu's and Debian's; `ports` has Ubuntu's other architectures. */
const archives: ReadonlySet<string> = new Set([
  'archive.ubuntu.com',
  'security.ubuntu.com',
  'ports.ubuntu.com',
  'deb.debian.org',
  'security.debian.org',
]);

export interface ArchiveFile {
  readonly url: string;
  /** Relative to a cache, for a file whose content belongs to its name for good; otherwise undefined. */
  readonly cachePath?: string;
}

/** @param url as a proxy's client sends it. @returns undefined for what is no file of an archive */
export function archiveFile(url: string): ArchiveFile | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, host, pathname, search, username } = new URL(url);
  if (protocol !== 'http:' || !archives.has(host) || search !== '' || username !== '') return undefined;
  const known = { url: `http://${host}${pathname}` };
  return isImmutable(pathname) ? { ...known, cachePath: `${host}${pathname}` } : known;
}

/** A package's name holds its version, and a file under by-hash is named by its digest. URL has resolved any `..`. */
function isImmutable(pathname: string): boolean {
  return (
    /^\/[\w.+~/%:-]+\.deb$/.test(pathname) || /^\/[\w./-]+\/by-hash\/[A-Z0-9]+\/[0-9a-f]+$/.test(pathname)
  );
}
