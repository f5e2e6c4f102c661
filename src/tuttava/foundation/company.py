"""The organisation and its code tables as rules read them: one query a request, however many rows it writes."""

from __future__ import annotations

from typing import Any, cast

from django.db import models
from django.db.models.signals import post_save

from tuttava.foundation.context import current
from tuttava.foundation.models import CompanyInformation, Country, Language, Picture, PictureParent, VatFormat

_LOGO = "foundation.logo"
#: Bytes of a logo beyond which its small form is taken.
LARGEST_LOGO = 60_000


def company_information() -> CompanyInformation:
    """The organisation's own data; an unsaved blank one before the setup is filled in."""
    found = current().cache.get(CompanyInformation)
    if found is None:
        found = CompanyInformation.objects.first() or CompanyInformation()
        current().cache[CompanyInformation] = found
    return cast("CompanyInformation", found)


def logo() -> tuple[str, bytes] | None:
    """File type and bytes of the organisation's logo, small enough to go along with every mail; None without one."""
    cache = current().cache
    if _LOGO not in cache:
        rows = Picture.objects.filter(parent_kind=PictureParent.COMPANY_INFORMATION, parent_id=company_information().pk)
        cache[_LOGO] = _sized(rows.first())
    return cast("tuple[str, bytes] | None", cache[_LOGO])


def _sized(picture: Picture | None) -> tuple[str, bytes] | None:
    if picture is None:
        return None
    whole = bytes(picture.content)
    return picture.content_type, whole if len(whole) <= LARGEST_LOGO else bytes(picture.thumbnail)


def countries() -> dict[str, Country]:
    """All countries by code."""
    return cast("dict[str, Country]", remembered(Country, lambda: {c.code: c for c in Country.objects.all()}))


def country_iso(code: str | None) -> str:
    """Two-letter ISO code of a country, of the organisation's country when ``code`` is blank; ``""`` if unknown."""
    code = code or company_information().country_code
    if not code:
        return ""
    country = countries().get(code)
    iso = country.iso_code if country and country.iso_code else code
    return iso if len(iso) == 2 else ""


def remember_countries() -> None:
    """Read now what :func:`country_iso` needs; nothing can be read while rows are on their way to the database."""
    company_information()
    countries()


def vat_formats(country_code: str) -> list[str]:
    """The accepted shapes of a country's tax numbers, in order."""

    def load() -> dict[str, list[str]]:
        shapes: dict[str, list[str]] = {}
        for code, shape in VatFormat.objects.order_by("country", "line_no").values_list("country__code", "format"):
            shapes.setdefault(code, []).append(shape)
        return shapes

    return cast("dict[str, list[str]]", remembered(VatFormat, load)).get(country_code, [])


def languages() -> dict[str, Language]:
    """The languages by code, read once a request."""
    return cast("dict[str, Language]", remembered(Language, lambda: {row.code: row for row in Language.objects.all()}))


def remembered(model: type[models.Model], load: Any) -> Any:
    """What ``load`` returns, read once a request and again after :func:`forget_when_saved` saw a change.

    It is kept under ``model``, so that all who remember something of one model must load the same.
    """
    cache = current().cache
    if model not in cache:
        cache[model] = load()
    return cache[model]


def forget_when_saved(model: type[models.Model]) -> None:
    """Read what :func:`remembered` keeps of ``model`` anew once a row of it was saved in the same call."""
    post_save.connect(_forget, sender=model, dispatch_uid=f"remembered.{model._meta.label}")


def _forget(sender: type[models.Model], **_signal: Any) -> None:
    current().cache.pop(sender, None)


def connect() -> None:
    """Keep what is remembered up to date."""
    for model in (CompanyInformation, Country, Language, VatFormat):
        forget_when_saved(model)
