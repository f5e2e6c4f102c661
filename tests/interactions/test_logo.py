"""The organisation's logo: on its page, in the service, and in e-mail layouts."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests.api.conftest import CRM, SignIn
from tests.contacts.people import own
from tests.interactions.letters import entry
from tests.interactions.making import make_person
from tests.relations.pages import JSON, administrator
from tuttava.foundation.company import LARGEST_LOGO, company_information, logo
from tuttava.foundation.context import acting
from tuttava.foundation.directory.models import Company
from tuttava.foundation.models import OutboxMail
from tuttava.foundation.pictures import set_picture
from tuttava.interactions.delivery import deliver
from tuttava.interactions.models import EmailLayout
from tuttava.interactions.storing import NewContent

pytestmark = pytest.mark.usefixtures("company")


def picture(side: int = 40, kind: str = "PNG") -> bytes:
    found = io.BytesIO()
    Image.effect_noise((side, side), 90).convert("RGB").save(found, kind)
    return found.getvalue()


def mailed() -> str:
    """The body of a mail whose layout has a place for the logo."""
    EmailLayout.objects.create(code="T-LOGO", html="<p>{{ layout.logo }}</p>{{ layout.content }}")
    content = NewContent(extension="html", email_layout_code="T-LOGO", content_body="Hi")
    deliver([entry(make_person(email="anna@example.com"), content)])
    return OutboxMail.objects.get().body_html


def test_layouts_carry_the_logo_with_the_name_of_the_organisation() -> None:  # I-163
    own(name="Own & Co")
    set_picture(company_information(), picture())
    body = mailed()
    assert 'src="data:image/png;base64,' in body and 'alt="Own &amp; Co"' in body


def test_without_logo_its_place_stays_blank() -> None:  # I-163
    own(name="Own AS")
    body = mailed()
    assert "<img" not in body and "layout.logo" not in body


def test_a_large_logo_goes_in_its_small_form() -> None:
    own(name="Own AS")
    set_picture(company_information(), picture(600))
    with acting(cache={}):
        found = logo()
    assert found is not None and len(found[1]) <= LARGEST_LOGO
    assert Image.open(io.BytesIO(found[1])).width < 600


def test_the_logo_is_uploaded_on_the_page_and_read_over_the_service(company: Company, sign_in: SignIn) -> None:  # 16.7
    own(name="Own AS")
    page, client = f"/c/{company.slug}/setup/company", administrator(company)
    assert "Logo" in client.get(page).content.decode()
    service = sign_in("CRM-READ")
    (row,) = service.get("companyInformation").value
    path = f"companyInformation({row['id']})/picture"
    assert service.get(path).status == 204
    file = SimpleUploadedFile("logo.png", picture(), "image/png")
    assert client.post(f"{page}/picture/upload", {"picture": file}, headers=JSON).status_code == 200
    answer = service.get(path)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "image/png")
    assert answer.content == client.get(f"{page}/picture").content
    assert sign_in("SUPER").call("PATCH", path, picture(), content_type="image/png").status in (400, 405)
    told = sign_in("CRM-READ", service=CRM).get("/api/tuttava/crm/v1.0/$metadata").content.decode()
    kinds = told.partition('EnumType Name="pictureParentType"')[2].partition("</EnumType>")[0]
    assert "Contact" in kinds and "CompanyInformation" not in kinds
