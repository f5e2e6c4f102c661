"""Permission sets as shipped, and what a user may do in a company (API contract 17.12)."""

from __future__ import annotations

from django.db.models import Q

from tuttava.foundation.directory.models import RIGHTS, Company, PermissionSet, User, UserPermissionSet

_READ = ("api.read", "interaction_log.read")
_EDIT = (*_READ, "api.write", "api.set_work_date", "interaction_log.write")
_MANAGER = (
    *_EDIT,
    "contacts.delete",
    "merge_duplicates",
    "interaction_log.delete",
    "template_setup.write",
    "mail_logging.setup",
    "logged_segments.delete",
    "opportunities.delete",
)
SHIPPED: dict[str, tuple[str, tuple[str, ...]]] = {
    "SUPER": ("All rights", RIGHTS),
    "CRM-READ": ("Read", _READ),
    "CRM-EDIT": ("Read and change", _EDIT),
    "CRM-MANAGER": ("Relationship manager", _MANAGER),
    "PRIVACY": ("Personal data", ("privacy.manage",)),
    "FEED": ("Trade feed", ("api.read", "api.feed_trade_data")),
}


def install_shipped_sets() -> None:
    """Create or renew the permission sets that come with the product; those that are right stay untouched."""
    for code, (name, rights) in SHIPPED.items():
        wanted = {"name": name, "permissions": list(rights), "built_in": True}
        if not PermissionSet.objects.filter(code=code, **wanted).exists():
            PermissionSet.objects.update_or_create(code=code, defaults=wanted)


def rights_of(user: User, company: Company | None) -> frozenset[str]:
    """The rights ``user`` has in ``company``: those of all sets given there or for every company."""
    if not user.is_active:
        return frozenset()
    if user.is_superuser:
        return frozenset({"*"})
    scope = Q(company__isnull=True) if company is None else Q(company__isnull=True) | Q(company=company)
    sets = UserPermissionSet.objects.filter(scope, user=user).values_list(
        "permission_set__code", "permission_set__permissions"
    )
    rights: set[str] = set()
    for code, permissions in sets:
        rights.update(["*"] if code == "SUPER" else permissions)
    return frozenset(rights)


def companies_of(user: User) -> list[Company]:
    """The companies ``user`` may enter: those in which a set gives ``api.read``; superusers enter all."""
    ready = Company.objects.filter(ready=True)
    if user.is_superuser:
        return list(ready)
    readers = [
        (given.company_id, given.permission_set)
        for given in UserPermissionSet.objects.filter(user=user).select_related("permission_set")
    ]
    entering = {
        company
        for company, permission_set in readers
        if any(right.split(":")[0] == "api.read" for right in permission_set.permissions)
    }
    return list(ready) if None in entering else list(ready.filter(pk__in=[pk for pk in entering if pk]))
