"""Lifecycle rules of buckets, with what moto forgets of them: how many older versions stay whatever their age.

Terraform reads a rule back until it is as it was written, and gives up after three minutes.
"""

from typing import Any

from moto.s3.models import FakeBucket
from moto.s3.responses import S3Response

KEPT = "NewerNoncurrentVersions"


def remember_newer_versions() -> None:
    """From now on, what is written to a bucket's rules is read from them again."""
    set_lifecycle = FakeBucket.set_lifecycle
    get_bucket_lifecycle = S3Response.get_bucket_lifecycle

    def set_and_remember(bucket: FakeBucket, rules: list[dict[str, Any]]) -> None:
        set_lifecycle(bucket, rules)
        for rule, given in zip(bucket.rules, rules):
            rule.kept_versions = (given.get("NoncurrentVersionExpiration") or {}).get(KEPT)

    def get_and_recall(response: S3Response) -> Any:
        rules = response.backend.get_bucket_lifecycle(response.bucket_name)
        serialized = response.serialized

        def with_kept_versions(answer: Any) -> Any:
            for rule, shown in zip(rules, answer.result["Rules"]):
                if rule.kept_versions is not None:
                    shown["NoncurrentVersionExpiration"][KEPT] = rule.kept_versions
            return serialized(answer)

        response.serialized = with_kept_versions
        try:
            return get_bucket_lifecycle(response)
        finally:
            del response.serialized

    FakeBucket.set_lifecycle = set_and_remember
    S3Response.get_bucket_lifecycle = get_and_recall
