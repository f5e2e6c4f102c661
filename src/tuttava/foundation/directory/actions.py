"""Verbs on companies: create, copy, rename, delete."""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Callable, Mapping
from typing import Any, Literal, cast, get_args

from django.db import IntegrityError, transaction
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext as _

from tuttava.foundation.directory import errors
from tuttava.foundation.directory.entries import locked
from tuttava.foundation.directory.guards import require_everywhere, require_in
from tuttava.foundation.directory.models import Company
from tuttava.foundation.errors import DomainError
from tuttava.foundation.ids import new_id
from tuttava.foundation.models import Job, JobStatus
from tuttava.foundation.records import check_constraints
from tuttava.foundation.schemas import copy_schema, drop_schema, in_schema, migrate_company

SetupData = Literal["standard", "empty", "demo"]

#: Sent inside a new company's schema, in the order of the floors; rooms fill in their code tables.
#: Arguments: ``setup_data``, ``language``, ``country``, ``company``.
company_created = Signal()

#: Sent inside the schema of a company that was just made as a copy, in its transaction: rooms stop what must not run
#: twice. Arguments: ``company``.
company_copied = Signal()

#: Sent inside a company's schema when somebody wants demo data in it; rooms fill their tables, in the order of the
#: floors. Arguments: ``company``, ``contacts`` (None: the small set by hand), ``interactions``, ``seed`` and
#: ``progress(done, total)``.
demo_data_wanted = Signal()


def slug_of(name: str) -> str:
    """A place in addresses for ``name``: plain letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", name.replace("ø", "o").replace("Ø", "O").replace("æ", "ae"))
    slug = re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode().lower()).strip("-")
    return slug[:50] or "company"


def _free_slug(name: str) -> str:
    base = slug_of(name)
    taken = set(Company.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for n in range(1, len(taken) + 2) if (slug := base if n == 1 else f"{base}-{n}") not in taken)


def _checked_name(name: str, company: Company | None = None) -> str:
    name = name.strip()
    if not name:
        raise DomainError("field_required", _("A company needs a name."), field="name")
    if len(name) > 60:
        raise DomainError("value_too_long", _("A company's name has at most 60 characters."), field="name")
    others = Company.objects.exclude(pk=company.pk) if company else Company.objects.all()
    if others.filter(name__iexact=name).exists():
        raise errors.already_exists(_("company"), name, "name")
    return name


def _new_company(name: str, display_name: str, identity: uuid.UUID | None = None) -> Company:
    name = _checked_name(name)
    identity = identity or new_id()
    try:
        with transaction.atomic():
            return Company.objects.create(
                id=identity,
                name=name,
                display_name=display_name.strip()[:250],
                slug=_free_slug(name),
                schema=f"c_{identity.hex}",
            )
    except IntegrityError as error:
        raise errors.already_exists(_("company"), name, "name") from error


def create_company(
    *,
    name: str,
    display_name: str = "",
    setup_data: SetupData = "standard",
    language: str = "en",
    country: str = "NO",
    progress: Callable[[str], None] | None = None,
    identity: uuid.UUID | None = None,
) -> Company:
    """Create a company with its tables and, unless ``empty``, its code tables, series and setup.

    Raises ``already_exists`` for a taken name and ``permission.denied`` without the right ``company.create``. All of
    it is one transaction, tables included, so a creation that fails or is killed leaves nothing behind.
    """
    require_everywhere("company.create")
    with transaction.atomic():
        company = _new_company(name, display_name, identity)
        migrate_company(company.schema, progress)
        with in_schema(company.schema):
            company_created.send(
                sender=Company, company=company, setup_data=setup_data, language=language, country=country
            )
        return _open(company)


def copy_company(source: Company, *, name: str) -> Company:
    """Copy a company with everything in it, as it is at one instant; work that waits or runs there is not repeated."""
    require_everywhere("company.create")
    with transaction.atomic():
        company = _new_company(name, "")
        copy_schema(source.schema, company.schema)
        with in_schema(company.schema):
            unfinished = Job.objects.filter(status__in=[JobStatus.QUEUED, JobStatus.RUNNING])
            unfinished.update(status=JobStatus.CANCELED, finished_at=timezone.now())
            company_copied.send(sender=Company, company=company)
        return _open(company)


def _open(company: Company) -> Company:
    company.ready = True
    company.save(update_fields=["ready"])
    return company


def rename_company(company: Company, *, name: str, display_name: str) -> Company:
    """Give a company another name; its place in addresses stays."""
    return change(company, {"name": name, "display_name": display_name})


def delete_company(company: Company) -> None:
    """Delete a company and everything in it, for good."""
    delete(company)


def create(values: Mapping[str, Any], given: Mapping[str, Any] | None = None) -> Company:
    """Create a company from ``name``, ``display_name`` and ``setup_data``, as :func:`create_company`."""
    require_everywhere("company.create")
    setup_data = str(values.get("setup_data") or "standard").lower()
    if setup_data not in get_args(SetupData):
        raise DomainError(
            "value_invalid",
            _("A company starts with standard, empty or demo data, not with “%(value)s”.") % {"value": setup_data[:20]},
            field="setup_data",
        )
    return create_company(
        name=str(values.get("name") or ""),
        display_name=str(values.get("display_name") or ""),
        setup_data=cast(SetupData, setup_data),
        identity=(given or {}).get("id"),
    )


def change(company: Company, values: Mapping[str, Any], version: int | None = None) -> Company:
    """Change a company's ``name`` and ``display_name``; its place in addresses stays."""
    require_in("api.admin", company)
    with locked(company, version) as fresh:
        if "name" in values:
            fresh.name = _checked_name(str(values["name"] or ""), fresh)
        if "display_name" in values:
            fresh.display_name = str(values["display_name"] or "").strip()[:250]
        fresh.save()
    return fresh


def delete(company: Company, version: int | None = None) -> None:
    """Delete a company and everything in it, for good."""
    require_everywhere("company.create")
    with locked(company, version) as fresh:
        check_constraints()  # PostgreSQL drops no table with checks outstanding, if this transaction wrote to it
        drop_schema(fresh.schema)
        Company.objects.filter(pk=fresh.pk).delete()
