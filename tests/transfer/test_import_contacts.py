"""Rows become contacts through the rules of the register."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.transfer.helpers import begin, counts, messages, run
from tuttava.contacts.models import Contact, ContactAltAddress, ContactMailingGroup, MailingGroup
from tuttava.foundation import records
from tuttava.foundation.context import acting
from tuttava.foundation.errors import DomainError
from tuttava.foundation.models import CommentLine, JournalChange, Picture, Territory
from tuttava.transfer import actions
from tuttava.transfer.models import ImportJob, ImportRow, ImportStatus, LearntColumn

pytestmark = pytest.mark.usefixtures("company", "uploads", "places")

SAMPLES = Path(__file__).parent / "samples"
FIRMS = (
    "Navn;Adresse;Postnr;Poststed;Land\nFJORDTECH AS;Storgata 1;0155;OSLO;Norge\nBREVIK AS;Havna 2;3950;BREVIK;Norge\n"
)


def test_norwegian_company_list_becomes_companies() -> None:
    row = run(FIRMS.encode("windows-1252"))
    firm = Contact.objects.get(name="FJORDTECH AS")
    assert counts(row) == (2, 0, 0, 0)
    assert row.status == ImportStatus.DONE
    assert (firm.type, firm.post_code, firm.city, firm.country_code) == ("company", "0155", "OSLO", "NO")
    assert firm.no.startswith("CT")
    assert firm.no_series_code == "CONT"


def test_persons_are_attached_to_their_company_which_is_created_once() -> None:
    row = run(
        "First name,Last name,Company\nAnna,Berg,Nordlys AS\nBo,Lie,nordlys as\nCarl,Dahl,\nDina,Eng,Granit AB\n",
    )
    nordlys = Contact.objects.get(name="Nordlys AS")
    assert counts(row) == (4, 0, 0, 0)
    assert row.companies_created == 2
    assert nordlys.type == "company"
    assert sorted(nordlys.people.filter(type="person").values_list("name", flat=True)) == ["Anna Berg", "Bo Lie"]
    assert Contact.objects.get(name="Carl Dahl").company_id is None


def test_person_inherits_from_the_company_but_keeps_what_the_row_says() -> None:  # C-29
    company = records.create(Contact, {"name": "Nordlys AS", "phone_no": "22 00 00 00", "city": "Alta"})
    run("First name,Last name,Company,Phone\nAnna,Berg,Nordlys AS,22 00 00 01\nBo,Lie,Nordlys AS,\n")
    anna, bo = Contact.objects.get(name="Anna Berg"), Contact.objects.get(name="Bo Lie")
    assert (anna.company_id, anna.phone_no, anna.city) == (company.pk, "22 00 00 01", "Alta")
    assert (bo.phone_no, bo.city) == ("22 00 00 00", "Alta")


def test_name_parts_are_surer_than_the_full_name() -> None:  # C-16
    run('Full Name,First Name,Middle Name,Last Name\n"Doe, Jr., John",John,,Doe\nAnna Maria Berg,,,\n')
    assert Contact.objects.filter(name="John Doe", first_name="John", surname="Doe").exists()
    assert Contact.objects.filter(name="Anna Maria Berg").exists()


def test_companies_of_a_file_come_before_its_persons_wherever_they_stand() -> None:
    row = run("Number,Type,Name,Company no\nP1,Person,Anna Berg,F1\nF1,Firma,Nordlys AS,F1\n")
    assert counts(row) == (2, 0, 0, 0)
    assert Contact.objects.get(no="P1").company_no == "F1"
    assert Contact.objects.get(no="F1").type == "company"


@pytest.mark.parametrize(
    ("heading", "value"),
    [("Number", "K100"), ("External ID", "X-7"), ("E-mail", "Anna@Example.com"), ("Name", "anna berg")],
)
def test_existing_contact_is_found(heading: str, value: str) -> None:
    stored = {"type": "person", "no": "K100", "external_id": "X-7", "name": "Anna Berg", "email": "anna@example.com"}
    contact = records.create(Contact, stored)
    name = "" if heading == "Name" else ",Name"
    row = run(f"{heading}{name},Job title\n{value}{',Anna Berg' if name else ''},Director\n", contact_type="person")
    contact.refresh_from_db()
    assert counts(row) == (0, 1, 0, 0)
    assert contact.job_title == "Director"


def test_existing_company_is_found_by_tax_number() -> None:
    company = records.create(Contact, {"name": "Nordlys AS", "vat_registration_no": "999999999"})
    row = run("Name,VAT number\nNordlys Holding AS,999 999 999\n")
    company.refresh_from_db()
    assert counts(row) == (0, 1, 0, 0)
    assert company.name == "Nordlys Holding AS"


def test_same_person_name_in_another_company_is_somebody_else() -> None:
    run("First name,Last name,Company\nAnna,Berg,Nordlys AS\n")
    row = run("First name,Last name,Company\nAnna,Berg,Granit AB\nAnna,Berg,Nordlys AS\n", on_match="skip")
    assert counts(row) == (1, 0, 1, 0)


def test_shared_mail_address_does_not_make_two_people_one() -> None:
    run("First name,Last name,E-mail\nAnna,Berg,post@example.com\n")
    row = run("First name,Last name,E-mail\nBo,Lie,post@example.com\n")
    assert counts(row) == (1, 0, 0, 0)


@pytest.mark.parametrize("heading", ["Number", "External ID", "VAT number"])
def test_same_name_with_another_key_is_somebody_else(heading: str) -> None:
    first, second, third = "999999991", "999999992", "999999993"
    records.create(Contact, {"no": first, "external_id": first, "vat_registration_no": first, "name": "Nordlys AS"})
    content = f"{heading},Name\n{second},Nordlys AS\n{third},Nordlys AS\n{second},Nordlys AS\n"
    planned = counts(actions.check(begin(content), wait=True))
    assert counts(run(content)) == (2, 0, 1, 0)
    assert planned[0] == 2
    assert Contact.objects.get(no=first).name == "Nordlys AS"


def test_blank_cells_leave_stored_values_alone() -> None:
    records.create(Contact, {"no": "K1", "name": "Nordlys AS", "phone_no": "22 00 00 00"})
    run("Number,Name,Phone,City\nK1,Nordlys AS,,Alta\n")
    contact = Contact.objects.get(no="K1")
    assert (contact.phone_no, contact.city) == ("22 00 00 00", "Alta")


def test_row_that_changes_nothing_is_skipped_and_not_journaled() -> None:
    records.create(Contact, {"no": "K1", "name": "Nordlys AS", "city": "Alta"})
    before = JournalChange.objects.count()
    row = run("Number,Name,City\nK1,Nordlys AS,Alta\n")
    assert counts(row) == (0, 0, 1, 0)
    assert messages(row, 1) == ["import.unchanged"]
    assert JournalChange.objects.count() == before


@pytest.mark.parametrize(
    ("on_match", "expected", "total"),
    [("update", (0, 1, 0, 0), 1), ("skip", (0, 0, 1, 0), 1), ("create", (1, 0, 0, 0), 2), ("ask", (0, 0, 0, 1), 1)],
)
def test_user_says_what_happens_to_existing_contacts(
    on_match: str, expected: tuple[int, int, int, int], total: int
) -> None:
    records.create(Contact, {"name": "Nordlys AS"})
    row = run("Name,City\nNordlys AS,Alta\n", on_match=on_match)
    assert counts(row) == expected
    assert Contact.objects.filter(name="Nordlys AS").count() == total
    if on_match == "ask":
        assert messages(row, 1) == ["import.decision_needed"]


def test_second_row_of_the_same_contact_finds_the_first() -> None:
    row = run("External ID,Name,City,Phone\nX1,Nordlys AS,Alta,\nX1,Nordlys AS,,22 00 00 00\n")
    assert counts(row) == (1, 1, 0, 0)
    contact = Contact.objects.get(external_id="X1")
    assert (contact.city, contact.phone_no) == ("Alta", "22 00 00 00")


def test_values_are_understood_in_the_words_of_the_file() -> None:
    run(
        "Etunimi;Sukunimi;Maa;Kieli;Alaikäinen;Tyyppi\nAino;Lahti;Ruotsi;suomi;kyllä;Henkilö\n",
    )
    aino = Contact.objects.get(name="Aino Lahti")
    assert (aino.country_code, aino.language_code, aino.minor, aino.privacy_blocked) == ("SE", "FI", True, True)


@pytest.mark.parametrize(
    ("word", "code"),
    [("Norge", "NO"), ("Noorwegen", "NO"), ("Norja", "NO"), ("USA", "US"), ("Vereinigte Staaten", "US"), ("NLD", "NL")],
)
def test_country_is_understood_in_any_language(word: str, code: str) -> None:
    run(f"Name,Country\nNordlys AS,{word}\n")
    assert Contact.objects.get(name="Nordlys AS").country_code == code


def test_bad_rows_are_refused_at_their_field_and_the_others_imported() -> None:
    rows = [
        "A AS,22 00 00 00,Norge,a@example.com",
        f"{'B' * 101},22,Norge,",
        "C AS,call me,Norge,",
        "D AS,,Atlantis,",
        "E AS,,,e@@example.com",
        ",22 00 00 00,,",
        "F AS,,,",
    ]
    row = run("Name,Phone,Country,E-mail\n" + "\n".join(rows) + "\n")
    assert counts(row) == (2, 0, 0, 5)
    found = {r.number: (r.messages[0]["code"], r.messages[0]["field"]) for r in row.rows.filter(outcome="fail")}
    assert found == {
        2: ("value_too_long", "name"),
        3: ("contact.phone.letters", "phone_no"),
        4: ("not_found", "country_code"),
        5: ("contact.email.invalid", "email"),
        6: ("contact.required", "name"),
    }


def test_every_wrong_field_of_a_row_is_named() -> None:
    row = run("Name,Phone,E-mail\nA AS,none,@a\n")
    assert messages(row, 1) == ["contact.phone.letters", "contact.email.invalid"]


def test_rule_that_refuses_on_saving_costs_one_row_of_the_chunk() -> None:
    records.create(Contact, {"no": "K2", "name": "Other"})
    lines = [f"K{n},Firm {n}" for n in range(1, 40)]
    row = run("Number,Name\n" + "\n".join(lines) + "\n", match_by=["external_id"])
    assert counts(row) == (38, 0, 0, 1)
    assert messages(row, 2) == ["already_exists"]


def test_unknown_group_is_refused_or_created_as_the_user_says() -> None:
    content = "Name,Mailing groups,Territory\nA AS,NEWS;Golf day,Far north\n"
    row = run(content)
    assert counts(row) == (0, 0, 0, 1)
    row = run(content, create_codes=True)
    contact = Contact.objects.get(name="A AS")
    assert counts(row) == (1, 0, 0, 0)
    assert MailingGroup.objects.get(description="Golf day").code == "GOLFDAY"
    assert set(ContactMailingGroup.objects.filter(contact=contact).values_list("mailing_group", flat=True)) == {
        "NEWS",
        "GOLFDAY",
    }
    assert Territory.objects.get(name="Far north").code == contact.territory_code


def test_comment_column_becomes_comment_lines_once() -> None:  # C-94
    content = "Number,Name,Notes\nK1,A AS,Likes tea\n"
    run(content)
    run(content)
    contact = Contact.objects.get(no="K1")
    assert list(CommentLine.objects.filter(owner_id=contact.pk).values_list("comment", flat=True)) == ["Likes tea"]


def test_cards_bring_picture_and_second_address() -> None:  # C-97
    row = run((SAMPLES / "iphone.vcf").read_bytes() + (SAMPLES / "outlook.vcf").read_bytes(), name="cards.vcf")
    assert counts(row) == (2, 0, 0, 0), [found.messages for found in row.rows.all()]
    assert ContactAltAddress.objects.get(contact__surname="de Boer").address == "Singel 5"
    assert Contact.objects.get(pk=Picture.objects.get().parent_id).name == "Kari Anne Berg"


def test_damaged_picture_costs_the_picture_alone() -> None:
    row = run((SAMPLES / "android.vcf").read_bytes(), name="cards.vcf")
    assert counts(row) == (2, 0, 0, 0)
    assert not Picture.objects.exists()
    assert messages(row, 1) == ["picture.invalid"]


def test_dry_run_stores_nothing_and_foretells_the_run() -> None:
    records.create(Contact, {"name": "Nordlys AS", "no": "K1"})
    content = (
        "Name,First name,Last name,Company,City,Phone\n"
        "Nordlys AS,,,,Alta,\n,Anna,Berg,Granit AB,,\n,Bo,Lie,Granit AB,,letters\nGranit AB,,,,,\n"
        "New AS,,,,,\nNew AS,,,,Moss,\n"
    )
    before = Contact.objects.count(), JournalChange.objects.count()
    row = actions.check(begin(content), wait=True)
    assert (Contact.objects.count(), JournalChange.objects.count()) == before
    assert row.status == ImportStatus.CHECKED
    planned = counts(row)
    assert row.companies_created == 1
    row = actions.start(row, wait=True)
    assert planned == (3, 2, 0, 1)
    assert row.rows_failed == 1


def test_decision_for_a_row_wins_over_the_options() -> None:
    records.create(Contact, {"name": "Nordlys AS"})
    row = actions.check(begin("Name,City\nNordlys AS,Alta\nGranit AB,Oslo\nNordlys AS,Moss\n"), wait=True)
    actions.decide(row, [1], "create")
    actions.decide(row, [2, 3], "skip")
    row = actions.start(row, wait=True)
    assert counts(row) == (1, 0, 2, 0)


def test_mapping_is_learnt_when_the_import_runs() -> None:
    row = begin("Kunde;Hvor\nNordlys AS;Alta\n")
    row = actions.set_mapping(row, {0: "name", 1: "city"})
    assert not LearntColumn.objects.exists()
    actions.start(row, wait=True)
    assert [column["target"] for column in begin("Kunde;Hvor\nGranit;Moss\n").mapping] == ["name", "city"]


def test_import_without_any_field_is_refused() -> None:
    with pytest.raises(DomainError) as refused:
        run("Foo;Bar\n1;2\n")
    assert refused.value.code == "import.nothing_mapped"


def test_import_needs_the_right_to_write_contacts() -> None:
    row = begin("Name\nNordlys AS\n")
    with acting(rights=frozenset({"api.read"})), pytest.raises(DomainError) as refused:
        actions.start(row, wait=True)
    assert refused.value.code == "permission.denied"


def test_unreadable_file_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(DomainError) as refused:
        begin(b"PK\x03\x04 damaged", name="book.xlsx")
    assert refused.value.code == "import.file_unreadable"
    assert not ImportJob.objects.exists()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_uploaded_file_is_gone_once_it_is_imported(tmp_path: Path, django_capture_on_commit_callbacks: object) -> None:
    assert callable(django_capture_on_commit_callbacks)
    with django_capture_on_commit_callbacks(execute=True):
        row = run("Name\nNordlys AS\n")
    assert not row.file
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_everything_an_import_writes_is_one_unit_of_work() -> None:
    row = run("First name,Last name,Company\n" + "".join(f"Anna,Berg{n},Firm {n % 3}\n" for n in range(30)))
    units = set(JournalChange.objects.filter(record_type="contacts.contact").values_list("unit_id", flat=True))
    assert row.unit_id in units
    assert (
        JournalChange.objects.filter(unit_id=row.unit_id, operation="I", record_type="contacts.contact").count() == 33
    )


def test_ledger_holds_cells_of_refused_rows_alone() -> None:
    row = run("Name,Phone\nA AS,22\nB AS,letters\n")
    assert [(r.number, r.cells) for r in ImportRow.objects.filter(job=row)] == [(1, None), (2, ["B AS", "letters"])]
