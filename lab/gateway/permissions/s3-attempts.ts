/** S3, path-style. https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html */
import { decode } from '../signature/encoding';
import type { AttemptedAction, AttemptedRequest } from './attempted-request';

/** Parameters that change nothing about which action it is. */
const harmless = /^(versionId|x-id|partNumber|response-[a-z-]+|X-Amz-[A-Za-z0-9-]+)$/;
const ofList = /^(list-type|prefix|delimiter|max-keys|continuation-token|start-after|encoding-type|x-id)$/;

export function s3Attempts({ method, url, headers }: AttemptedRequest): AttemptedAction[] | undefined {
  const [, bucket = '', key = '', query = ''] = /^\/([^/?]+)(?:\/([^?]*))?\??(.*)$/s.exec(url) ?? [];
  const parameters = new URLSearchParams(query);
  const names = [...parameters.keys()];
  const bucketArn = `arn:aws:s3:::${decode(bucket)}`;
  if (bucket === '') return undefined;
  if (key === '') {
    const lists = method === 'HEAD' || (method === 'GET' && parameters.get('list-type') === '2');
    return lists && names.every((name) => ofList.test(name))
      ? [{ action: 's3:ListBucket', resource: bucketArn }]
      : undefined;
  }
  if (!names.every((name) => harmless.test(name))) return undefined;
  const resource = `${bucketArn}/${decode(key)}`;
  const version = parameters.has('versionId') ? 'Version' : '';
  switch (method) {
    case 'GET':
    case 'HEAD':
      return [{ action: `s3:GetObject${version}`, resource }];
    case 'DELETE':
      return [{ action: `s3:DeleteObject${version}`, resource }];
    case 'PUT':
      // A copy reads another object too, and versionId has no meaning here.
      return version === '' && headers['x-amz-copy-source'] === undefined
        ? [{ action: 's3:PutObject', resource }]
        : undefined;
    default:
      return undefined;
  }
}
