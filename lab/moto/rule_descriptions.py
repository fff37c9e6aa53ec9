"""Descriptions of security group rules that name another group or a prefix list, which moto doesn't show. Terraform
reads back what it wrote, and would write it again with each plan."""

from inspect import signature
from typing import Any

from moto.ec2.models.security_groups import SecurityGroupRule


def show_every_description() -> None:
    """From now on, every rule has the description it was given."""
    initialize = SecurityGroupRule.__init__
    parameters = signature(initialize)

    def remember(rule: SecurityGroupRule, *args: Any, **kwargs: Any) -> None:
        initialize(rule, *args, **kwargs)
        prefix_list = parameters.bind(rule, *args, **kwargs).arguments.get("prefix_list_id")
        rule.list_description = (prefix_list or {}).get("Description")

    def description(rule: SecurityGroupRule) -> str | None:
        written = (rule.ip_range.get("Description"), rule.source_group.get("Description"))
        return next((text for text in written if text is not None), rule.list_description)

    SecurityGroupRule.__init__ = remember
    SecurityGroupRule.description = property(description)
