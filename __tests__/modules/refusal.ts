import { Token } from 'cdktf';
import { checkService } from '../../modules/props';

/** What a service named `web` with these settings is refused with; undefined where it is taken. */
export function refusalOf(settings: Record<string, unknown>): (Error & { code?: string }) | undefined {
  try {
    checkService({ name: 'web', ...settings }, '', Token.isUnresolved);
    return undefined;
  } catch (error) {
    return error as Error;
  }
}
