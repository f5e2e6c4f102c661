"""``$metadata``, the service document and ``entityDefinitions`` (A-20 to A-24)."""

from __future__ import annotations

import hashlib
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from tuttava.api.declare import Action, EntitySet, Navigation, Property, Service
from tuttava.api.edm import EnumType, Kind, Type
from tuttava.foundation.errors import Text

SCHEMA = "Microsoft.NAV"
_EDMX = "http://docs.oasis-open.org/odata/ns/edmx"
_EDM = "http://docs.oasis-open.org/odata/ns/edm"
#: Windows language ids of the languages of the product (A-24).
LANGUAGE_IDS = {"en": 1033, "nb": 1044, "nl": 1043, "fi": 1035, "sv": 1053, "da": 1030, "de": 1031}


def service_document(service: Service, root: str, metadata: str) -> dict[str, Any]:
    """All sets of the service (A-20)."""
    body: dict[str, Any] = {} if metadata == "none" else {"@odata.context": f"{root}/$metadata"}
    return {**body, "value": [{"name": name, "kind": "EntitySet", "url": name} for name in service.sets]}


class Csdl:
    """Writes the metadata document of one service."""

    def __init__(self, service: Service, *, captions: bool) -> None:
        self.service = service
        self.captions = captions
        self.enums: dict[str, EnumType] = {}

    def document(self) -> bytes:
        ET.register_namespace("edmx", _EDMX)
        ET.register_namespace("", _EDM)
        edmx = ET.Element(f"{{{_EDMX}}}Edmx", Version="4.0")
        for namespace, alias in (("Org.OData.Core.V1", "Core"), ("Org.OData.Capabilities.V1", "Capabilities")):
            uri = f"https://oasis-tcs.github.io/odata-vocabularies/vocabularies/{namespace}.xml"
            reference = ET.SubElement(edmx, f"{{{_EDMX}}}Reference", Uri=uri)
            ET.SubElement(reference, f"{{{_EDMX}}}Include", Namespace=namespace, Alias=alias)
        services = ET.SubElement(edmx, f"{{{_EDMX}}}DataServices")
        schema = ET.SubElement(services, f"{{{_EDM}}}Schema", Namespace=SCHEMA)
        for entity_set in self.service.sets.values():
            self._entity_type(schema, entity_set)
        for enum in self.enums.values():
            self._enum(schema, enum)
        for entity_set in self.service.sets.values():
            for action in (each for each in entity_set.actions if each.listed):
                self._action(schema, action, self._bound(entity_set, action))
        for function in self.service.functions:
            self._action(schema, function, f"{SCHEMA}.company")
        self._container(schema)
        made: bytes = ET.tostring(edmx, encoding="utf-8", xml_declaration=True)
        return made

    def _entity_type(self, schema: ET.Element, entity_set: EntitySet) -> None:
        made = _sub(schema, "EntityType", Name=entity_set.entity)
        _sub(_sub(made, "Key"), "PropertyRef", Name=entity_set.key)
        for prop in entity_set.properties:
            self._property(made, entity_set, prop)
        for stream in entity_set.streams:
            _sub(made, "Property", Name=stream.name, Type="Edm.Stream")
        for navigation in entity_set.navigations:
            self._navigation(made, entity_set, navigation)
        if entity_set.name == "companies":
            for each in self.service.sets.values():
                if not each.outside:
                    _sub(
                        made,
                        "NavigationProperty",
                        Name=each.name,
                        Type=f"Collection({SCHEMA}.{each.entity})",
                        ContainsTarget="true",
                    )
        if entity_set.natural_key:
            self._alternate_key(made, entity_set)

    def type_name(self, wanted: Type) -> str:
        """The name of a type in the document."""
        if wanted.enum is not None:
            if self.captions:
                return "Edm.String"
            self.enums.setdefault(wanted.enum.name, wanted.enum)
            return f"{SCHEMA}.{wanted.enum.name}"
        name = "Edm.String" if wanted.kind is Kind.UNTYPED else wanted.kind.value
        return f"Collection({name})" if wanted.many else name

    def _property(self, parent: ET.Element, entity_set: EntitySet, prop: Property) -> None:
        made = _sub(parent, "Property", Name=prop.name, Type=self.type_name(prop.type))
        if prop.name == entity_set.key:
            made.set("Nullable", "false")
        if prop.type.length:
            made.set("MaxLength", str(prop.type.length))
        if prop.type.kind is Kind.DECIMAL:
            made.set("Scale", "Variable")
        if not prop.attribute:
            _annotate(made, "Core.Computed", Bool="true")
        elif prop.immutable or prop.name == entity_set.key:
            _annotate(made, "Core.Immutable", Bool="true")

    def _navigation(self, parent: ET.Element, entity_set: EntitySet, navigation: Navigation) -> None:
        target = self.service.target(navigation)
        if target is None:
            return
        kind = f"{SCHEMA}.{target.entity}"
        made = _sub(
            parent,
            "NavigationProperty",
            Name=navigation.name,
            Type=f"Collection({kind})" if navigation.many else kind,
        )
        if navigation.contained:
            made.set("ContainsTarget", "true")
        if navigation.partner and navigation.partner in target.navigation_by_name:
            made.set("Partner", navigation.partner)
        ours = next((p.name for p in entity_set.properties if p.source == navigation.ours), "")
        theirs = next((p.name for p in target.properties if p.source == navigation.theirs), "")
        if not navigation.many and ours and theirs:
            _sub(made, "ReferentialConstraint", Property=ours, ReferencedProperty=theirs)

    def _alternate_key(self, parent: ET.Element, entity_set: EntitySet) -> None:
        annotation = _sub(parent, "Annotation", Term="Core.AlternateKeys")
        record = _sub(_sub(annotation, "Collection"), "Record")
        refs = _sub(_sub(record, "PropertyValue", Property="Key"), "Collection")
        for name in entity_set.natural_key:
            ref = _sub(refs, "Record")
            _sub(ref, "PropertyValue", Property="Name", PropertyPath=name)
            _sub(ref, "PropertyValue", Property="Alias", String=name)

    def _enum(self, schema: ET.Element, enum: EnumType) -> None:
        made = _sub(schema, "EnumType", Name=enum.name)
        for member in enum.members:
            _sub(made, "Member", Name=member.name, Value=str(member.value))

    def _bound(self, entity_set: EntitySet, action: Action) -> str:
        kind = f"{SCHEMA}.{entity_set.entity}"
        return f"Collection({kind})" if action.on_set else kind

    def _action(self, schema: ET.Element, action: Action, bound: str) -> None:
        made = _sub(schema, "Function" if action.function else "Action", Name=action.name, IsBound="true")
        _sub(made, "Parameter", Name="bindingParameter", Type=bound)
        for parameter in action.parameters:
            given = _sub(made, "Parameter", Name=parameter.name, Type=self.type_name(parameter.type))
            if not parameter.required:
                given.set("Nullable", "true")
        target = self.service.sets.get(action.returns)
        if target is not None and self.service.name == "crm":
            kind = f"{SCHEMA}.{target.entity}"
            _sub(made, "ReturnType", Type=f"Collection({kind})" if action.returns_many else kind)
        elif action.function:
            _sub(made, "ReturnType", Type="Edm.String")

    def _container(self, schema: ET.Element) -> None:
        container = _sub(schema, "EntityContainer", Name="NAV")
        for entity_set in self.service.sets.values():
            made = _sub(container, "EntitySet", Name=entity_set.name, EntityType=f"{SCHEMA}.{entity_set.entity}")
            for navigation in entity_set.navigations:
                target = self.service.target(navigation)
                if target is not None and not navigation.contained:
                    _sub(made, "NavigationPropertyBinding", Path=navigation.name, Target=target.name)
            _restrictions(made, entity_set)


def _restrictions(parent: ET.Element, entity_set: EntitySet) -> None:
    """What can be inserted, changed, deleted, filtered, sorted, expanded (A-21)."""
    if entity_set.version:
        annotation = _sub(parent, "Annotation", Term="Core.OptimisticConcurrency")
        _sub(annotation, "Collection")
    for term, flag, method in (
        ("InsertRestrictions", "Insertable", "POST"),
        ("UpdateRestrictions", "Updatable", "PATCH"),
        ("DeleteRestrictions", "Deletable", "DELETE"),
    ):
        record = _sub(_sub(parent, "Annotation", Term=f"Capabilities.{term}"), "Record")
        _sub(record, "PropertyValue", Property=flag, Bool=str(method in entity_set.methods).lower())
    _unable(parent, "FilterRestrictions", "Filterable", "NonFilterableProperties", _not_filterable(entity_set))
    _unable(parent, "SortRestrictions", "Sortable", "NonSortableProperties", _not_sortable(entity_set))
    record = _sub(_sub(parent, "Annotation", Term="Capabilities.ExpandRestrictions"), "Record")
    _sub(record, "PropertyValue", Property="Expandable", Bool="true")


def _not_filterable(entity_set: EntitySet) -> list[str]:
    return [prop.name for prop in entity_set.properties if prop.computed or not prop.filterable]


def _not_sortable(entity_set: EntitySet) -> list[str]:
    return [prop.name for prop in entity_set.properties if prop.computed or not prop.sortable]


def _unable(parent: ET.Element, term: str, flag: str, listed: str, names: Iterable[str]) -> None:
    record = _sub(_sub(parent, "Annotation", Term=f"Capabilities.{term}"), "Record")
    _sub(record, "PropertyValue", Property=flag, Bool="true")
    paths = _sub(_sub(record, "PropertyValue", Property=listed), "Collection")
    for name in names:
        _sub(paths, "PropertyPath").text = name


def _annotate(parent: ET.Element, term: str, **values: str) -> None:
    _sub(parent, "Annotation", Term=term, **values)


def _sub(parent: ET.Element, name: str, **attributes: str) -> ET.Element:
    return ET.SubElement(parent, f"{{{_EDM}}}{name}", attributes)


_documents: dict[tuple[str, bool, int], tuple[bytes, str]] = {}


def metadata_document(service: Service, *, captions: bool) -> tuple[bytes, str]:
    """The document and its tag; made once, because declarations do not change while the product runs."""
    key = (service.name, captions, id(service.sets.get("contacts")) ^ len(service.sets))
    if key not in _documents:
        with translation.override("en"):
            content = Csdl(service, captions=captions).document()
        _documents[key] = (content, f'W/"{hashlib.sha256(content).hexdigest()[:20]}"')
    return _documents[key]


def entity_definitions(service: Service) -> list[dict[str, Any]]:
    """Captions of sets, properties, actions and enum members in all languages (A-24)."""
    return [_definition(each) for each in service.sets.values()]


def _definition(entity_set: EntitySet) -> dict[str, Any]:
    name = entity_set.model._meta
    enums = {prop.type.enum.name: prop.type.enum for prop in entity_set.properties if prop.type.enum}
    return {
        "entityName": entity_set.entity,
        "entitySetName": entity_set.name,
        "entityCaptions": captions_of(entity_set.caption or name.verbose_name or ""),
        "entitySetCaptions": captions_of(entity_set.caption_plural or name.verbose_name_plural or ""),
        "properties": [
            {"name": prop.name, "captions": captions_of(caption_of(entity_set, prop))} for prop in entity_set.properties
        ],
        "actions": [
            {"name": each.name, "captions": captions_of(each.caption or each.name)} for each in entity_set.actions
        ],
        "enumMembers": [
            {"name": member.name, "value": member.value, "captions": captions_of(member.caption)}
            for enum in enums.values()
            for member in enum.members
        ],
    }


#: Words of properties that many sets have and no field stands behind.
_SHARED_WORDS: dict[str, Text] = {
    "id": _("Id"),
    "systemCreatedAt": _("created at"),
    "systemCreatedBy": _("created by"),
    "systemModifiedAt": _("changed at"),
    "systemModifiedBy": _("changed by"),
    "lastModifiedDateTime": _("last changed"),
}


def caption_of(entity_set: EntitySet, prop: Property) -> Text:
    """A property's words: its own, else those of the field it shows or is entered in, else its name in words."""
    if prop.caption or prop.name in _SHARED_WORDS:
        return prop.caption or _SHARED_WORDS[prop.name]
    for field in entity_set.model._meta.concrete_fields:
        if field.attname in (prop.source, prop.attribute) or prop.source == f"{field.name}__id":
            return field.verbose_name
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", prop.name).lower()


def title_of(entity_set: EntitySet, *, plural: bool = False) -> str:
    """The words for one entity of a set, or for many, in the language in use."""
    name = entity_set.model._meta
    if plural:
        return words_of(entity_set.caption_plural or name.verbose_name_plural or "")
    return words_of(entity_set.caption or name.verbose_name or "")


def words_of(text: Text) -> str:
    """A text in the language in use, beginning with a capital."""
    words = str(text)
    return words[:1].upper() + words[1:]


def captions_of(text: Text) -> list[dict[str, Any]]:
    """A text in each installed language."""
    found = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found.append({"languageCode": LANGUAGE_IDS.get(code, 1033), "caption": words_of(text)})
    return found
