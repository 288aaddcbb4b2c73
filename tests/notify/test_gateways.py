"""The gateways file: every fault at once, each with its line, and never a secret."""

import re
from pathlib import Path

import pytest

from muster.domain.errors import Invalid
from muster.notify.gateways import read_gateways
from tests.notify.doubles import gateways_file

SECRET = "hunter2"


def fault_of(folder: Path, text: str) -> str:
    """What is said of a file with this text."""
    path = folder / "gateways.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Invalid) as said:
        read_gateways(path)
    assert SECRET not in str(said.value)
    return str(said.value)


def faults_of_channel(folder: Path, url: str, channel: str = "sms") -> str:
    return fault_of(folder, f'link = "https://m.example.org"\n[channels]\n"{channel}" = "{url}"\n')


def test_a_good_file_is_read(tmp_path: Path) -> None:
    urls = {
        "e_mail": f"mailtos://desk:{SECRET}@smtp.example.org?from=muster@example.org&to={{address}}",
        "sms": f"jsons://gateway.example.org/sms?:to={{address}}&+Authorization={SECRET}",
        "telephone": "twilio://" + "AC" + "a" * 32 + ":" + "b" * 32 + "@+12125550100/{address}?method=call",
        "chat": "console",
    }
    gateways = read_gateways(gateways_file(tmp_path, **urls))
    assert gateways.link == "https://muster.example.org"
    assert set(gateways.channels) == {"e-mail", "sms", "telephone", "chat"}
    assert SECRET not in repr(gateways)


def test_every_fault_is_named_at_once_with_its_line_and_without_a_secret(tmp_path: Path) -> None:
    said = fault_of(
        tmp_path,
        f'link = "ftp://{SECRET}.example.org"\n'
        'links = "x"\n'
        'heartbeat = "hunter2"\n'
        "[alarms]\n"
        'telephone = "hunter2"\n'
        'sms = "12"\n'
        'chat = "x"\n'
        "[channels]\n"
        f'"e-mial" = "mailtos://desk:{SECRET}@smtp.example.org?to={{address}}"\n'
        f'"e-mail" = "mailtos://desk:{SECRET}@smtp.example.org?from=muster@example.org"\n'
        f'sms = "jsns://gateway.example.org/{SECRET}?:to={{address}}"\n'
        "telephone = 7\n",
    )
    lines = said.splitlines()
    assert lines[0].endswith("gateways.toml: 9 to mend, nothing can be sent:")
    assert lines[1:] == [
        "  gateways.toml:2: links must be one of link, channels, alarms, heartbeat; did you mean 'link'?",
        "  gateways.toml:1: link must be the address at which people reach Muster, like https://muster.example.org",
        "  gateways.toml:9: e-mial must be one of the channels telephone, e-mail, sms, chat; did you mean 'e-mail'?",
        "  gateways.toml:10: e-mail must hold {address}, where the address of whoever is to be reached is put in",
        "  gateways.toml:11: sms must be a URL of a service that apprise knows (jsons://...); did you mean 'jsons'?",
        '  gateways.toml:12: telephone must be a URL in quotation marks, like "jsons://...", or "console"',
        "  gateways.toml:5: telephone must be one telephone number, like +1 212 555 0105",
        "  gateways.toml:7: chat must be one of the channels of this file, to call somebody in an alarm",
        "  gateways.toml:3: heartbeat must be a URL that somebody watches, like https://watch.example.org/ping/...",
    ]


@pytest.mark.parametrize(
    ("channel", "url", "must"),
    [
        ("sms", "jsons://hunter2:{address}@gateway.example.org/", "after the name of the gateway, not in it"),
        ("sms", "jsons://{address}.example.org/hunter2", "after the name of the gateway, not in it"),
        ("sms", "jsons://gateway.example.org/hunter2?to={address}", "write ?:to={address}"),
        ("sms", "jsons://?:to={address}&x=hunter2", "something is missing in it"),
        ("sms", "hunter2", "a URL of a service that apprise knows"),
        ("sms", "twilio://hunter2@+12125550100/{address}", "apprise can make a sender"),
        ("e-mail", "mailto://hunter2?to={address}", "apprise can make a sender"),
        (
            "e-mail",
            "https://discord.com/api/webhooks/1/hunter2?x={address}",
            "a URL of a service that apprise knows",
        ),
    ],
)
def test_a_url_that_does_not_work_is_refused_with_what_it_must_be(
    tmp_path: Path, channel: str, url: str, must: str
) -> None:
    assert must in faults_of_channel(tmp_path, url, channel)


@pytest.mark.parametrize(
    ("text", "must"),
    [
        ("", "link must be set"),
        ('link = "https://x.example.org"', "channels must be a table"),
        ('link = "https://x.example.org"\nchannels = "hunter2"', "channels must be a table"),
        ('link = "https://x.example.org"\n[channels]\n', "channels must be a table"),
        ('link = "https://desk:hunter2@x.example.org"\n[channels]\nsms = "console"', "link must be the address"),
        ('link = "https://x.example.org/?q=hunter2"\n[channels]\nsms = "console"', "link must be the address"),
        ('link = "https://x.example.org:99999"\n[channels]\nsms = "console"', "link must be the address"),
        ("link = 7", "link must be set"),
        ('link = "hunter2', "must be TOML"),
        ('"jsons://hunter2" = 1\n"jsons://hunter2" = 2', "must be TOML"),
        ('[channels]\n"jsons://hunter2/" = "sms"', "this name must be one of the channels"),
        ("x = " + "[" * 2000, "must not nest so deeply"),
        ("# hunter2 " + "x" * 70_000, "at most 64 KB"),
    ],
)
def test_a_file_that_is_none_is_refused_without_what_it_holds(tmp_path: Path, text: str, must: str) -> None:
    assert must in fault_of(tmp_path, text)


def test_a_file_that_is_not_there_or_is_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="can be read: No such file"):
        read_gateways(tmp_path / "none.toml")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Invalid, match="must be UTF-8"):
        read_gateways(tmp_path / "binary.toml")


def test_where_links_lead_is_known_without_a_look_at_the_gateways(tmp_path: Path) -> None:
    path = gateways_file(tmp_path, sms="jsons://?:to={address}")
    assert read_gateways(path, to_send=False).link == "https://muster.example.org"
    with pytest.raises(Invalid):
        read_gateways(path)


GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide" / "gateways.md"


def test_the_file_of_the_guide_is_good_as_it_stands(tmp_path: Path) -> None:
    (shown,) = re.findall(r"```toml\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    path = tmp_path / "gateways.toml"
    path.write_text(shown, encoding="utf-8")
    assert set(read_gateways(path).channels) == {"e-mail", "sms", "telephone", "chat"}


def test_every_url_of_the_guide_can_be_used(tmp_path: Path) -> None:
    urls = re.findall(r"\| `(\w+://[^`]+)` \|", GUIDE.read_text(encoding="utf-8"))
    assert len(urls) > 5
    for url in urls:
        read_gateways(gateways_file(tmp_path, **{"e_mail" if url.startswith("mailto") else "sms": url}))
