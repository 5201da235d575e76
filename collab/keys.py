"""The key by which this server signs who people are, for the applications that they let act for them."""

from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from collab.config import Config, kept_secret

BITS = 2048


def signing_key(config: Config) -> str:
    """As PEM: the setting's, or the one that is kept in DATA_DIR, made at first use."""
    given = config.openid_signing_key
    if not given:
        return kept_secret(config.data_dir / "openid_signing_key.pem", new_key)
    return given if given.startswith("-----BEGIN") else Path(given).read_text()


def has_key(config: Config) -> bool:
    """Whether that is an RSA key of at least 2048 bits."""
    try:
        key = serialization.load_pem_private_key(signing_key(config).encode(), None)
    except (OSError, ValueError, TypeError):
        return False
    return isinstance(key, rsa.RSAPrivateKey) and key.key_size >= BITS


def new_key() -> str:
    key = rsa.generate_private_key(65537, BITS)
    form, bare = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, form, bare).decode()
