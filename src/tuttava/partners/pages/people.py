"""Setup pages of our own people."""

from __future__ import annotations

from urllib.parse import quote

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuttava.partners.models import Salesperson, Team, TeamMember
from tuttava.ui.lists.codes import code_table
from tuttava.ui.lists.declare import Column, Sort

PEOPLE = gettext_lazy("Our people")

code_table(
    Salesperson,
    path="salespeople",
    group=PEOPLE,
    icon="user-circle",
    order=310,
    fields=(
        "code",
        "name",
        "job_title",
        "phone_no",
        "email",
        "email_2",
        "commission_pct",
        "private_email",
        "blocked",
        "privacy_blocked",
    ),
    description=gettext_lazy("Who sells and buys, and handles contacts."),
)


def _members(team: Team) -> str:
    address = f"{reverse('setup-team-members')}?f=team_code:is:{quote(team.code)}"
    return format_html('<a href="{}">{}</a>', address, _("Members"))


code_table(
    Team,
    path="teams",
    group=PEOPLE,
    icon="user-group",
    order=320,
    fields=("code", "name"),
    extra=(Column("members", gettext_lazy("members"), 120, cell=_members, value=lambda team: ""),),
    description=gettext_lazy("Salespeople who work together."),
)
code_table(
    TeamMember,
    path="team-members",
    group=PEOPLE,
    title=gettext_lazy("Team members"),
    listed=False,
    parent=("setup-teams", gettext_lazy("Teams")),
    fields=("team_code", "salesperson_code", "role"),
    sorts=(Sort("key", ("team_code", "salesperson_code")),),
)
