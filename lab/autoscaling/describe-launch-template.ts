import type { QueryOutput } from '../gateway/query-protocol';
import type { LaunchTemplateReference } from './model';

/** Its version as it was sent (rule F5). */
export function describeLaunchTemplate({ id, name, version }: LaunchTemplateReference): QueryOutput {
  return { LaunchTemplateId: id, LaunchTemplateName: name, Version: version };
}
