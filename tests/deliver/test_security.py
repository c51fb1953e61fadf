"""STARTTLS, TLS and logging in, against a real server."""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
from aiosmtpd.handlers import Sink
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.deliver.faulty import stop

from coterie.deliver import Provider
from coterie.deliver.providers.smtp import SmtpProvider
from coterie.errors import BadSetting
from coterie.settings import SmtpSettings
from coterie.testing.providers import an_envelope


class _Accepting(Sink):
    def __init__(self) -> None:
        super().__init__()
        self.secured: list[bool] = []

    async def handle_DATA(self, server: SMTP, _session: Session, _envelope: Envelope) -> str:  # noqa: N802
        self.secured.append(server.transport.get_extra_info("sslcontext") is not None)
        return "250 OK"


def _knows(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, asked: LoginPassword) -> AuthResult:
    is_right = asked == LoginPassword(b"shop", b"right")
    return AuthResult(success=is_right, handled=is_right)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder, key = tmp_path_factory.mktemp("tls"), ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "loopback")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    unlocked = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, unlocked)
    (folder / "key.pem").write_bytes(pem)
    return folder / "cert.pem", folder / "key.pem"


@contextmanager
def _server(certificate: tuple[Path, Path], security: str) -> Iterator[tuple[int, _Accepting]]:
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(*certificate)
    handler = _Accepting()
    loop = asyncio.new_event_loop()

    def meet() -> SMTP:
        secured = {"tls_context": tls, "require_starttls": True} if security == "starttls" else {}
        return SMTP(handler, authenticator=_knows, auth_require_tls=False, loop=loop, **secured)

    listening = loop.run_until_complete(
        loop.create_server(meet, "127.0.0.1", 0, ssl=tls if security == "tls" else None)
    )
    thread = Thread(target=loop.run_forever)
    thread.start()
    try:
        yield listening.sockets[0].getsockname()[1], handler
    finally:
        asyncio.run_coroutine_threadsafe(stop(listening), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def _provider(port: int, security: str, certificate: tuple[Path, Path] | None, secret: str = "right") -> SmtpProvider:
    tls = ssl.create_default_context(cafile=str(certificate[0])) if certificate else None
    settings = SmtpSettings(port=port, security=security, user="shop")  # type: ignore[arg-type]
    return SmtpProvider(settings, secret=secret, tls=tls)


async def _send(provider: Provider) -> str:
    try:
        await provider.open()
        (outcome,) = await provider.send([an_envelope(1)])
        return outcome.state
    finally:
        await provider.close()


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_secured_and_logged_in_connection_sends(security: str, certificate: tuple[Path, Path]) -> None:
    with _server(certificate, security) as (port, server):
        assert asyncio.run(_send(_provider(port, security, certificate))) == "sent"
        assert server.secured == [True]


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_that_nobody_vouches_for_is_refused(security: str, certificate: tuple[Path, Path]) -> None:
    with _server(certificate, security) as (port, server):
        with pytest.raises(BadSetting, match="certificate"):
            asyncio.run(_send(_provider(port, security, None)))
        assert server.secured == []


def test_a_wrong_password_is_a_setting_to_mend(certificate: tuple[Path, Path]) -> None:
    with (
        _server(certificate, "starttls") as (port, _),
        pytest.raises(BadSetting, match="535"),
    ):
        asyncio.run(_send(_provider(port, "starttls", certificate, secret="wrong")))
