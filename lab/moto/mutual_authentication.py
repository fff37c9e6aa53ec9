"""Whether a listener asks callers for certificates, which moto forgets. AWS says of each HTTPS listener that it
doesn't, where nobody said anything, and so Terraform expects to read it back."""

from moto.core.responses import ActionResult
from moto.elbv2.responses import ELBV2Response

OFF = {"Mode": "off"}


def remember_mutual_authentication() -> None:
    """From now on, what is said of a listener is read from it again."""
    create_listener = ELBV2Response.create_listener
    modify_listener = ELBV2Response.modify_listener

    def remember(response: ELBV2Response, answer: ActionResult) -> ActionResult:
        said = response._get_param("MutualAuthentication")
        for listener in answer.result["Listeners"]:
            known = getattr(listener, "mutual_authentication", None)
            if listener.protocol == "HTTPS":
                listener.mutual_authentication = said or known or OFF
        return answer

    ELBV2Response.create_listener = lambda response: remember(response, create_listener(response))
    ELBV2Response.modify_listener = lambda response: remember(response, modify_listener(response))
