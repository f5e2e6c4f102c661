"""Checks and derived values when single fields are entered."""

from __future__ import annotations

import pytest

from tests.contacts.people import change, contact, country, own, person, post_code
from tuttava.contacts.models import Contact, TaxNumberCheck
from tuttava.foundation import records
from tuttava.foundation.context import Context, acting, current
from tuttava.foundation.errors import DomainError, QuestionsPending
from tuttava.foundation.models import Language, PostCode, VatFormat
from tuttava.partners.models import Salesperson

pytestmark = pytest.mark.usefixtures("company")


@pytest.fixture(autouse=True)
def _own_country(company: object) -> None:
    country("NO")
    own(country="NO")
    PostCode.objects.all().delete()


@pytest.mark.parametrize("field", ["phone_no", "mobile_phone_no"])
@pytest.mark.parametrize("text", ["55x", "55 é", "55 Ж", "五5"])
def test_phone_with_a_letter_of_any_alphabet_is_refused_and_the_old_value_stays(field: str, text: str) -> None:  # C-41
    saved = contact(**{field: "55 10"})
    with pytest.raises(DomainError) as refused:
        change(saved, **{field: text})
    assert (refused.value.code, refused.value.field) == ("contact.phone.letters", field)
    saved.refresh_from_db()
    assert getattr(saved, field) == "55 10"


def test_phone_signs_are_kept_as_typed() -> None:  # C-41
    assert contact(phone_no="+47 (55) 10-20 =&?").phone_no == "+47 (55) 10-20 =&?"


def test_phone_is_also_kept_in_international_form_of_the_contacts_country() -> None:  # C-41
    country("NL")
    dutch = contact(country="NL", phone_no="020 123 4567", mobile_phone_no="0612345678")
    assert (dutch.phone_no_normalised, dutch.mobile_phone_no_normalised) == ("+31201234567", "+31612345678")
    assert contact(phone_no="55 10 20 30").phone_no_normalised == "+4755102030"
    assert contact(phone_no="123").phone_no_normalised == ""


def test_normalised_phone_follows_a_change_of_country_and_of_number() -> None:  # C-41
    country("DK")
    saved = contact(phone_no="55 10 20 30")
    assert change(saved, country="DK").phone_no_normalised == "+4555102030"
    assert change(saved, phone_no="").phone_no_normalised == ""


@pytest.mark.parametrize("text", ["@a", "b@", "ab)@c.d", "a@@b", "a@b.no,c@d.no", "a@b.no|c@d.no", "a@b.no c@d.no"])
def test_invalid_email_is_refused_with_the_offending_part(text: str) -> None:  # C-42
    with pytest.raises(DomainError) as refused:
        contact(email=f"good@firm.example;{text}")
    assert (refused.value.code, refused.value.field) == ("contact.email.invalid", "email")
    assert text in str(refused.value) and "good@firm.example" not in str(refused.value)


def test_several_emails_are_trimmed_and_outer_semicolons_ignored() -> None:  # C-42, C-44
    saved = contact(email="; a@firm.example ;b@firm.example;")
    assert saved.email == "a@firm.example;b@firm.example"
    assert saved.search_email == "A@FIRM.EXAMPLE;B@FIRM.EXAMPLE"
    assert change(saved, email="").search_email == ""


def test_search_email_is_put_right_on_every_save() -> None:  # C-44
    saved = contact(email="a@firm.example")
    Contact.objects.filter(pk=saved.pk).update(search_email="WRONG")
    assert change(saved, address="Road 1").search_email == "A@FIRM.EXAMPLE"


def test_second_email_holds_one_address_without_blanks() -> None:  # C-43
    assert contact(email_2=" a@firm.example ").email_2 == "a@firm.example"
    assert contact(email_2="  ").email_2 == ""
    with pytest.raises(DomainError) as refused:
        contact(email_2="a@firm.example;b@firm.example")
    assert (refused.value.code, refused.value.field) == ("contact.email.invalid", "email_2")


def test_registration_number_of_more_than_20_characters_is_refused() -> None:  # C-45
    assert contact(registration_number="9" * 20).registration_number == "9" * 20
    with pytest.raises(DomainError) as refused:
        contact(registration_number="9" * 21)
    assert (refused.value.code, refused.value.field) == ("contact.registration.too_long", "registration_number")


def _formats(land: str, *shapes: str) -> None:
    country(land)
    VatFormat.objects.filter(country__code=land).delete()
    for number, shape in enumerate(shapes, 1):
        VatFormat.objects.create(country_code=land, line_no=number, format=shape)


def test_tax_number_must_have_a_format_of_its_country() -> None:  # C-46
    _formats("NL", "NL#########B##", "@?-#")
    assert contact(country="NL", vat_registration_no="nl123456789b01").vat_registration_no == "NL123456789B01"
    assert contact(country="NL", vat_registration_no="x!-7").vat_registration_no == "X!-7"
    with pytest.raises(DomainError) as refused:
        contact(country="NL", vat_registration_no="NL12345678B01")
    assert (refused.value.code, refused.value.field) == ("contact.vat.format", "vat_registration_no")
    assert "NL#########B##" in str(refused.value)


def test_tax_number_is_tested_again_when_the_country_changes() -> None:  # C-46
    _formats("NL", "NL#########B##")
    _formats("DE", "DE#########")
    saved = contact(country="NL", vat_registration_no="NL123456789B01")
    with pytest.raises(DomainError):
        change(saved, country="DE")
    assert change(saved, country="DE", vat_registration_no="DE123456789").country_code == "DE"


def test_tax_number_without_country_uses_the_organisations_formats() -> None:  # C-46
    _formats("NO", "#########MVA")
    with pytest.raises(DomainError):
        contact(vat_registration_no="123")


def test_country_without_formats_accepts_any_tax_number() -> None:  # C-46
    _formats("FI")
    assert contact(country="FI", vat_registration_no="whatever").vat_registration_no == "WHATEVER"


def test_tax_number_of_another_contact_is_accepted_with_a_warning_naming_it() -> None:  # C-46
    _formats("FI")
    first = contact(country="FI", vat_registration_no="FI1", name="Ensi Oy")
    with acting(Context()) as context:
        contact(country="FI", vat_registration_no="FI1")
        (warning,) = context.messages
    assert warning.severity == "warning" and first.no in warning.text and "Ensi Oy" in warning.text


def test_each_tax_number_check_is_logged() -> None:  # C-46
    _formats("FI")
    with acting(user_name="anna"):
        saved = contact(country="FI", vat_registration_no="FI1")
        change(saved, address="Katu 1")
    (check,) = TaxNumberCheck.objects.filter(contact=saved)
    assert (check.vat_registration_no, check.country_code, check.user_name) == ("FI1", "FI", "anna")


@pytest.mark.parametrize("kind", ["privacy_blocked", "blocked"])
def test_blocked_salesperson_cannot_be_entered_but_may_stay(kind: str) -> None:  # C-47
    seller = Salesperson.objects.create(code="SOLD", name="Seller")
    saved = contact(salesperson="SOLD")
    Salesperson.objects.filter(pk=seller.pk).update(**{kind: True})
    with pytest.raises(DomainError) as refused:
        contact(salesperson="SOLD")
    assert (refused.value.code, refused.value.field) == (f"contact.salesperson.{kind}", "salesperson_code")
    assert change(saved, salesperson="SOLD", address="Road 2").salesperson_code == "SOLD"


def test_language_fills_a_blank_format_region_only() -> None:  # C-48
    Language.objects.update_or_create(code="DE", defaults={"format_region": "de-DE"})
    assert contact(language="DE").format_region == "de-DE"
    assert contact(language="DE", format_region="").format_region == "de-DE"
    assert contact(language="DE", format_region="de-ch").format_region == "de-CH"
    saved = contact(format_region="nb-NO")
    assert change(saved, language="DE").format_region == "nb-NO"


def test_unknown_format_region_is_refused() -> None:  # C-48
    with pytest.raises(DomainError) as refused:
        contact(format_region="xx-KLINGON")
    assert (refused.value.code, refused.value.field) == ("not_found", "format_region")


def test_city_fills_post_code_county_and_country_ignoring_case() -> None:  # C-49
    post_code("5003", "Bergen", county="Vestland")
    saved = contact(city="bergen")
    assert (saved.city, saved.post_code, saved.county, saved.country_code) == ("Bergen", "5003", "Vestland", "NO")


def test_unknown_city_and_post_code_are_kept_as_typed() -> None:  # C-49, C-50
    saved = contact(city="nowhere", post_code="x1")
    assert (saved.city, saved.post_code, saved.county) == ("nowhere", "X1", "")


def test_star_after_a_city_is_a_wildcard() -> None:  # C-49
    post_code("5003", "Bergen")
    assert contact(city="berg*").city == "Bergen"


def test_city_match_in_the_contacts_country_is_preferred() -> None:  # C-49
    post_code("1000", "Bergen", "DE")
    post_code("5003", "Bergen", "NO")
    saved = contact(country="NO", city="Bergen")
    assert (saved.post_code, saved.country_code) == ("5003", "NO")


def test_unattended_city_takes_the_first_candidate_and_keeps_a_post_code_already_there() -> None:  # C-49
    post_code("5003", "Bergen")
    post_code("5004", "Bergen")
    assert contact(city="Bergen").post_code == "5003"
    saved = contact(post_code="9999")
    assert change(saved, city="Bergen").post_code == "9999"


def test_user_chooses_among_several_cities_and_cancelling_aborts_the_entry() -> None:  # C-49
    post_code("5003", "Bergen")
    second = post_code("5004", "Bergen")
    with acting(Context(interactive=True)):
        with pytest.raises(QuestionsPending) as pending:
            contact(city="Bergen")
        (question,) = pending.value.questions
        assert question.code == "q_city" and len(question.choices) == 2
        current().answers["q_city"] = str(second.pk)
        assert contact(city="Bergen").post_code == "5004"
        current().answers["q_city"] = ""
        assert contact(city="Bergen").city == ""


def test_interactive_city_replaces_the_post_code() -> None:  # C-49
    post_code("5003", "Bergen")
    saved = contact(post_code="9999")
    with acting(Context(interactive=True)):
        assert change(saved, city="Bergen").post_code == "5003"


def test_post_code_fills_city_county_and_country() -> None:  # C-50
    post_code("5003", "Bergen", county="Vestland")
    saved = contact(post_code="5003")
    assert (saved.city, saved.county, saved.country_code) == ("Bergen", "Vestland", "NO")


def test_post_code_prefers_matches_of_the_country_then_of_the_city_entered() -> None:  # C-50
    post_code("1000", "Aachen", "DE")
    post_code("1000", "Arendal", "NO")
    post_code("1000", "Bergen", "NO")
    assert contact(country="NO", post_code="1000").city == "Arendal"
    saved = contact(country="NO", city="Bergen", post_code="")
    assert change(saved, post_code="1000").city == "Bergen"


def test_cancelled_choice_of_post_code_keeps_the_typed_code_and_changes_nothing_else() -> None:  # C-50
    post_code("1000", "Arendal")
    post_code("1000", "Bergen")
    saved = contact(city="Elsewhere")
    before = saved.country_code
    with acting(Context(interactive=True, answers={"q_post_code": ""})):
        saved = change(saved, post_code="1000")
    assert (saved.post_code, saved.city, saved.country_code) == ("1000", "Elsewhere", before)


def test_unattended_post_code_never_replaces_city_or_country_of_the_same_request() -> None:  # C-50
    country("SE")
    post_code("5003", "Bergen", "NO", "Vestland")
    saved = contact(country="SE", post_code="5003", city="Elsewhere", county="")
    assert (saved.country_code, saved.city) == ("SE", "Elsewhere")


def test_blank_city_sent_along_with_a_post_code_is_filled() -> None:  # C-50
    post_code("5003", "Bergen", county="Vestland")
    saved = contact(country="", post_code="5003", city="", county="")
    assert (saved.city, saved.county, saved.country_code) == ("Bergen", "Vestland", "NO")


def test_city_sent_with_a_post_code_decides_without_a_question() -> None:  # C-49, C-50
    post_code("1000", "Arendal", county="Agder")
    post_code("1000", "Bergen", county="Vestland")
    with acting(Context(interactive=True)):
        saved = contact(post_code="1000", city="bergen")
    assert (saved.city, saved.county) == ("Bergen", "Vestland")


def test_changing_a_filled_country_clears_post_code_city_and_county() -> None:  # C-51
    country("SE")
    saved = contact(country="NO", post_code="1", city="A", county="B")
    changed = change(saved, country="SE")
    assert (changed.post_code, changed.city, changed.county) == ("", "", "")
    saved = contact(country="NO", post_code="1", city="A")
    assert change(saved, country="").city == ""


def test_filling_a_blank_country_clears_nothing() -> None:  # C-51
    saved = contact(post_code="1", city="A")
    assert change(saved, country="NO").city == "A"


def test_country_first_keeps_the_rest() -> None:  # C-51
    country("SE")
    saved = contact(country="NO", post_code="1", city="A")
    own(country_first=True)
    assert change(saved, country="SE").city == "A"


def test_country_change_keeps_what_the_caller_sends_with_it() -> None:  # C-51
    country("SE")
    saved = contact(country="NO", post_code="1", city="A")
    assert change(saved, country="SE", city="Lund").city == "Lund"


def test_batch_entry_reads_post_codes_once() -> None:  # C-49, C-50
    for number in range(20):
        post_code(f"10{number:02}", "Oslo")
    rules = records.rules_of(Contact)
    rows = [{"post_code": f"10{number:02}", "city": "Oslo"} for number in range(20)]
    with acting(Context()):
        rules.prepare(rows)  # type: ignore[attr-defined]
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(
            connection,
        ) as queries:
            for row in rows:
                edit = records.Edit(Contact(no="X"), rules, typed=row)
                records.enter_all(edit, row)
        assert len(queries) <= 2


def test_person_may_have_every_field_a_company_has() -> None:
    assert person(email="a@b.example", phone_no="1").search_email == "A@B.EXAMPLE"


def test_post_codes_are_learnt_from_use_only_where_that_is_switched_on() -> None:  # C-49, C-50
    contact(country="NO", post_code="6823", city="Utviken")
    assert contact(post_code="6823").city == ""
    own(learn_post_codes=True)
    contact(country="NO", post_code="6823", city="Utviken", county="Vestland")
    learnt = contact(post_code="6823")
    assert (learnt.city, learnt.county, learnt.country_code) == ("Utviken", "Vestland", "NO")
    contact(country="NO", post_code="6823", city="UTVIKEN")
    assert PostCode.objects.filter(code="6823").count() == 1
