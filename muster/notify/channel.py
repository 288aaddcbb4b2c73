"""A channel whose gateway is an apprise URL. Import this module late: apprise takes two seconds to load its plugins."""

import sys
from typing import Any, Final
from urllib.parse import quote, unquote

import requests
from apprise import AppriseAsset
from apprise.common import NotifyFormat
from apprise.logger import logger
from apprise.plugins import N_MGR
from apprise.plugins.base import NotifyBase
from apprise.plugins.email import NotifyEmail
from apprise.plugins.email.smtp import AppriseSMTPController

from muster.domain.errors import Invalid
from muster.domain.nearest import did_you_mean
from muster.notify import http, outcome, smtp
from muster.notify.addresses import EXAMPLES, same_address, wrong_address
from muster.notify.sending import harmless
from muster.ports import Delivery, Message

ADDRESS: Final = "{address}"
MAIL_TIMEOUT: Final = 10.0  # seconds for each answer of a mail server; some think long about a mail they are given
OTHER_EXAMPLE: Final = "m0005"

_services: Final[Any] = N_MGR
logger.disabled = True  # it would write addresses into the log; what went wrong is told as a Delivery


class Channel:
    """Sends through one gateway. Each message gets a plugin of its own, so threads share nothing that changes."""

    def __init__(self, name: str, url: str) -> None:
        """Raises Invalid, without the URL, which may hold a password, for one that does not work."""
        self.name = name
        self._url = url
        self._in_path = ADDRESS in url.partition("?")[0]
        self._asset = AppriseAsset(app_id="Muster", http_redirects=False, interpret_emojis=False)
        self._kind = _kind_of(url)
        self._targets: int | None = None
        self._try_out()
        _keep_connections(self._kind)

    def send(self, message: Message, title: str, text: str) -> Delivery:
        """What the gateway did with the message."""
        wrong = wrong_address(self.name, message.address, in_path=self._in_path)
        if wrong is not None:
            return Delivery("impossible", wrong)
        outcome.begin()
        try:
            plugin = self._plugin(message.address)
            _refer(plugin, harmless(message.reference))
            title = title if plugin.title_maxlen > 0 else ""  # else it would be put before the text, which says it
            taken = plugin.notify(body=text, title=title, body_format=NotifyFormat.TEXT)
        except Invalid as said:
            return Delivery("impossible", str(said))
        except Exception as error:
            return outcome.of_error(error)
        return outcome.SENT if taken else outcome.noted()

    def _try_out(self) -> None:
        """Make the plugin for an address of the channel's form, as for a message; sends nothing."""
        try:
            self._targets = len(self._plugin(EXAMPLES.get(self.name, OTHER_EXAMPLE)))
        except NotCarried:
            raise Invalid(
                f"must use {ADDRESS}: apprise knows nothing of it at this place. Where a gateway is given fields "
                f"(json, form, xml), write ?:to={ADDRESS}"
            ) from None
        except Invalid:
            raise
        except Exception as error:
            said = type(error).__name__  # no more of it: it may hold a password
            raise Invalid(
                f"must be a URL of which apprise can make a sender: something is wrong in it ({said})"
            ) from None

    def _plugin(self, address: str) -> NotifyBase:
        """apprise's sender for this address. Raises Invalid if it would not send there, or not only there."""
        if issubclass(self._kind, NotifyEmail):
            return self._mail(address)
        plugin: Any = self._kind(asset=self._asset, **self._arguments(address))
        if not self._carries(plugin, address):
            raise NotCarried("the gateway takes no address of this form")  # and some then send to themselves
        if self._targets is not None and len(plugin) != self._targets:
            raise Invalid("the gateway reads the address as several")
        made: NotifyBase = plugin
        return made

    def _carries(self, plugin: Any, address: str) -> bool:
        """Whether the address is in a field of its own, or else anywhere in what apprise made of the URL."""
        fields = getattr(plugin, "payload_extras", None) or {}
        return address in fields.values() or same_address(self.name, address, unquote(unquote(plugin.url())))

    def _mail(self, address: str) -> NotifyEmail:
        """The address is put in afterwards: apprise would read o'neil@example.org as neil@example.org, named o."""
        plugin = self._kind(asset=self._asset, **self._arguments(EXAMPLES["e-mail"]))
        if not isinstance(plugin, NotifyEmail) or all(to != EXAMPLES["e-mail"] for _, to in plugin.targets):
            raise NotCarried("the gateway takes no address of this form")
        plugin.targets = [(name, address if to == EXAMPLES["e-mail"] else to) for name, to in plugin.targets]
        return plugin

    def _arguments(self, address: str) -> dict[str, Any]:
        """What apprise reads out of the URL for this address."""
        found = self._kind.parse_url(self._url.replace(ADDRESS, quote(address, safe="")))
        if not found:
            raise Invalid("must be a URL that apprise can read: something is missing in it")
        for name in ("format", "retry", "wait", "redirect"):
            found.pop(name, None)  # text goes as text, and when to try again is not for apprise to say
        found.setdefault("cto", MAIL_TIMEOUT if issubclass(self._kind, NotifyEmail) else http.TIMEOUT[0])
        found.setdefault("rto", http.TIMEOUT[1])
        return found


class NotCarried(Invalid):
    """apprise's sender does not have the address it was given."""


def _kind_of(url: str) -> type[NotifyBase]:
    """apprise's class for a URL. Raises Invalid for one that cannot be a gateway's."""
    scheme, found, rest = url.partition("://")
    known = sorted(_services.schemas())
    if not found or scheme.lower() not in known:
        near = did_you_mean(scheme, known) if found and scheme.isalnum() else ""
        raise Invalid(f"must be a URL of a service that apprise knows (jsons://...){near}")
    if ADDRESS not in rest:
        raise Invalid(f"must hold {ADDRESS}, where the address of whoever is to be reached is put in")
    if ADDRESS in rest.partition("?")[0].partition("/")[0]:
        raise Invalid(f"must hold {ADDRESS} after the name of the gateway, not in it")
    kind: type[NotifyBase] = _services[scheme.lower()]
    if not kind.enabled:
        raise Invalid("must be a service that works here: apprise lacks a library for this one")
    return kind


def _refer(plugin: NotifyBase, reference: str) -> None:
    """Let the message carry its reference where the gateway has a place for it: a field, and a header."""
    fields, headers = getattr(plugin, "payload_extras", None), getattr(plugin, "headers", None)
    if isinstance(fields, dict):
        fields.setdefault("reference", reference)
    if not isinstance(headers, dict):
        return
    headers["X-Muster-Contact"] = quote(reference, safe="/:")
    if isinstance(plugin, NotifyEmail):
        headers["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence note answers it
        headers["References"] = f"<{quote(reference)}@muster.invalid>"  # mail programs show a repeat beside it


def _keep_connections(kind: type[NotifyBase]) -> None:
    """Let apprise's plugins of this kind use connections that are kept and listened to. apprise has no place to hand
    them in, so they are put where its modules look for them."""
    ours: tuple[tuple[str, Any, Any], ...] = (
        ("requests", requests, http.KEPT),
        ("AppriseSMTPController", AppriseSMTPController, smtp.KeptSmtp),
    )
    for module in {sys.modules[base.__module__] for base in kind.__mro__}:
        for name, theirs, kept in ours:
            if getattr(module, name, None) is theirs:
                setattr(module, name, kept)


def close_connections() -> None:
    """Close the connections that nobody uses."""
    http.KEPT.close()
    smtp.close()
