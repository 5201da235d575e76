"""People: what they are called and which color is theirs."""

import uuid

import pytest
from django.core.exceptions import ValidationError

from accounts.colors import PALETTE, color_of
from accounts.models import User


def luminance(color: str) -> float:
    """WCAG's relative luminance of `#rrggbb`."""
    channels = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_it_works(db: None) -> None:
    user = User.objects.create_user("Alice@Example.com", "secret", name="Alice")

    assert user.email == "alice@example.com"
    assert user.check_password("secret")
    assert user.color == color_of(user.pk)


@pytest.mark.parametrize("color", PALETTE)
def test_white_text_is_read_well_on_every_color(color: str) -> None:
    assert 1.05 / (luminance(color) + 0.05) >= 4.5


def test_a_color_is_decided_by_the_id_alone() -> None:
    user_id = uuid.uuid4()
    assert color_of(user_id) == color_of(uuid.UUID(str(user_id)))
    assert len({color_of(uuid.UUID(int=number)) for number in range(len(PALETTE))}) == len(PALETTE)


def test_a_chosen_color_stays(alice: User) -> None:
    alice.color = PALETTE[0]
    alice.save()
    alice.save()
    assert User.objects.get().color == PALETTE[0]


def test_who_has_no_name_goes_by_the_address(db: None) -> None:
    assert User.objects.create_user("bob@example.com").display_name == "bob"
    assert User.objects.create_user("carol@example.com", name="Carol").display_name == "Carol"


@pytest.mark.parametrize("name", ["two\nlines", "bell\x07", "null\x00", "line\u2028separator"])
def test_a_name_is_one_line(alice: User, name: str) -> None:
    alice.name = name
    with pytest.raises(ValidationError):
        alice.full_clean()


@pytest.mark.parametrize("color", ["red", "#FFF", "#12345g", "#1234567", "url(//evil)"])
def test_a_color_is_six_hex_digits(alice: User, color: str) -> None:
    alice.color = color
    with pytest.raises(ValidationError):
        alice.full_clean()


def test_an_address_belongs_to_one_person_however_it_is_written(alice: User) -> None:
    assert User.objects.get_by_natural_key("ALICE@example.com") == alice


def test_someone_without_an_address_is_refused(db: None) -> None:
    with pytest.raises(ValueError, match="e-mail"):
        User.objects.create_user("")
