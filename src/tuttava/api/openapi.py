"""The OpenAPI 3.1 description of a service, made from the same declarations as ``$metadata``.

It says in the reader's language what generators and humans want to know: addresses, parameters, schemas with types and
lengths, what is read-only, which right is needed, how to sign in, what a refusal looks like.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from tuttava.api import openapi_parts as parts
from tuttava.api.declare import Action, EntitySet, Navigation, Service
from tuttava.api.metadata import caption_of, title_of, words_of
from tuttava.api.openapi_parts import Json, parameter, ref, schema_of

INSIDE = "/companies({companyId})"


def openapi_document(service: Service, root: str) -> tuple[bytes, str]:
    """The document and its tag; made once per language, because declarations do not change while the product runs."""
    key = (service.name, translation.get_language() or "en", root, tuple(map(id, service.sets.values())))
    if key not in _documents:
        if len(_documents) >= _KEPT:
            _documents.clear()  # the root is what callers write, so it must not fill the memory
        content = json.dumps(OpenApi(service, root).document(), ensure_ascii=False, separators=(",", ":")).encode()
        _documents[key] = (content, f'W/"{hashlib.sha256(content).hexdigest()[:20]}"')
    return _documents[key]


_documents: dict[tuple[Any, ...], tuple[bytes, str]] = {}
_KEPT = 32


class OpenApi:
    """Describes one service."""

    def __init__(self, service: Service, root: str) -> None:
        self.service = service
        self.root = root
        self.schemas: dict[str, Json] = dict(parts.SCHEMAS)

    def document(self) -> Json:
        paths: dict[str, Json] = {}
        for entity_set in self.service.sets.values():
            self._schemas(entity_set)
            if not entity_set.needs_parent:
                self._set(paths, entity_set)
        paths |= self._of_service()
        names = {"standard": _("Standard service"), "crm": _("CRM service")}
        return {
            "openapi": "3.1.0",
            "info": {
                "title": f"Tuttava: {names[self.service.name]}",
                "version": self.service.path.rpartition("/")[2],
                "description": _("OData v4. Sets live in a company; each request is one transaction."),
                "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            },
            "servers": [{"url": self.root}],
            "security": [{"accessKey": []}, {"oauth2": []}],
            "tags": [
                {"name": each.name, "description": title_of(each, plural=True)} for each in self.service.sets.values()
            ],
            "paths": paths,
            "components": {
                "schemas": dict(sorted(self.schemas.items())),
                "parameters": parts.parameters(),
                "responses": parts.responses(),
                "securitySchemes": parts.security(_origin(self.root)),
            },
        }

    # -- schemas

    def _schemas(self, entity_set: EntitySet) -> None:
        """What an entity, a new one, and a page of them look like."""
        properties: Json = {"@odata.etag": {"type": "string", "readOnly": True}}
        for prop in entity_set.properties:
            made = self._type(prop.type)
            words = words_of(caption_of(entity_set, prop))
            made = {**made, "title": words} if "$ref" not in made else {**made, "description": words}
            if not prop.attribute:
                made["readOnly"] = True
            if prop.write_only:
                made["writeOnly"] = True
            if prop.immutable:
                made["description"] = _("Can be given when the record is created, and not changed later.")
            properties[prop.name] = made
        for navigation in entity_set.navigations:
            target = self.service.target(navigation)
            if target is not None:
                linked = ref("schemas", target.entity)
                properties[navigation.name] = {"type": "array", "items": linked} if navigation.many else linked
        self.schemas[entity_set.entity] = {
            "type": "object",
            "title": title_of(entity_set),
            "properties": properties,
        }
        required = [prop.name for prop in entity_set.properties if prop.required]
        if required:
            new = {"allOf": [ref("schemas", entity_set.entity)], "required": required}
            self.schemas[f"{entity_set.entity}.new"] = new
        self.schemas[f"{entity_set.entity}.page"] = {
            "allOf": [ref("schemas", "Page")],
            "properties": {"value": {"type": "array", "items": ref("schemas", entity_set.entity)}},
        }

    def _type(self, wanted: Any) -> Json:
        """The schema of a value; enums are named once for the whole document."""
        if wanted.enum is None:
            return schema_of(wanted)
        enum = wanted.enum
        self.schemas.setdefault(
            enum.name,
            {
                "type": "string",
                "enum": list(dict.fromkeys(member.name for member in enum.members)),
                "description": "; ".join(f"{member.name}: {words_of(member.caption)}" for member in enum.members),
            },
        )
        return ref("schemas", enum.name)

    # -- addresses

    def _set(self, paths: dict[str, Json], entity_set: EntitySet) -> None:
        base = f"/{entity_set.name}" if entity_set.outside else f"{INSIDE}/{entity_set.name}"
        around = [] if entity_set.outside else [ref("parameters", "companyId")]
        paths[base] = {"parameters": around, **self._collection(entity_set)} if around else self._collection(entity_set)
        key = entity_set.key_property
        quoted = key.type.kind.value != "Edm.Guid"
        single = f"{base}('{{{key.name}}}')" if quoted else f"{base}({{{key.name}}})"
        keyed = [*around, parameter(key.name, "path", self._type(key.type), caption_of(entity_set, key))]
        paths[single] = {"parameters": keyed, **self._single(entity_set)}
        self._streams(paths, single, keyed, entity_set)
        for navigation in entity_set.navigations:
            self._navigation(paths, single, keyed, entity_set, navigation)
        for action in entity_set.actions:
            place, given = (base, around) if action.on_set else (single, keyed)
            self._action(paths, place, given, entity_set, action)

    def _collection(self, entity_set: EntitySet, via: str = "") -> Json:
        found: Json = {}
        if "GET" in entity_set.methods:
            options = ["filter", "orderby", "top", "skip", "count", "select", "expand", "prefer", "acceptLanguage"]
            given = [ref("parameters", name) for name in options]
            if entity_set.search is not None:
                given.append(ref("parameters", "search"))
            given += [
                parameter(name, "query", {"type": "string"}, _("Narrows the computed figures, never the rows."))
                for name in entity_set.calculation_filters
            ]
            found["get"] = self._operation(
                entity_set,
                f"list{via}{_big(entity_set.name)}",
                title_of(entity_set, plural=True),
                entity_set.read_right,
            ) | {"parameters": given, "responses": parts.answers(200, f"{entity_set.entity}.page", "400")}
        if "POST" in entity_set.methods:
            new = f"{entity_set.entity}.new"
            wanted = new if new in self.schemas else entity_set.entity
            found["post"] = self._operation(
                entity_set,
                f"create{via}{_big(entity_set.entity)}",
                _("New: %(name)s") % {"name": title_of(entity_set)},
                entity_set.write_right,
            ) | {
                "parameters": [ref("parameters", name) for name in parts.WRITING],
                "requestBody": parts.body(ref("schemas", wanted)),
                "responses": parts.answers(201, entity_set.entity, "400"),
            }
        return found

    def _single(self, entity_set: EntitySet, via: str = "") -> Json:
        found: Json = {}
        name, words = f"{via}{_big(entity_set.entity)}", title_of(entity_set)
        if "GET" in entity_set.methods:
            found["get"] = self._operation(entity_set, f"get{name}", words, entity_set.read_right) | {
                "parameters": [ref("parameters", each) for each in ("select", "expand", "acceptLanguage")],
                "responses": parts.answers(200, entity_set.entity, "404"),
            }
        if "PATCH" in entity_set.methods:
            found["patch"] = self._operation(
                entity_set, f"change{name}", _("Change: %(name)s") % {"name": words}, entity_set.write_right
            ) | {
                "parameters": [ref("parameters", "ifMatch"), *(ref("parameters", each) for each in parts.WRITING)],
                "requestBody": parts.body(ref("schemas", entity_set.entity)),
                "responses": parts.answers(200, entity_set.entity, "400", "404", "409"),
            }
        if "DELETE" in entity_set.methods:
            found["delete"] = self._operation(
                entity_set, f"delete{name}", _("Delete: %(name)s") % {"name": words}, entity_set.delete_right
            ) | {
                "parameters": [ref("parameters", "ifMatchOptional")],
                "responses": parts.answers(204, "", "400", "404", "409"),
            }
        return found

    def _navigation(
        self, paths: dict[str, Json], base: str, given: list[Json], entity_set: EntitySet, navigation: Navigation
    ) -> None:
        """One step along a navigation; what lies deeper has the address of its own set."""
        target = self.service.target(navigation)
        if target is None:
            return
        place, via = f"{base}/{navigation.name}", f"{_big(entity_set.entity)}{_big(navigation.name)}"
        made = self._collection(target, via) if navigation.many else self._single(target, via)
        if not navigation.contained:
            made = {method: operation for method, operation in made.items() if method == "get"}
        if made:
            paths[place] = {"parameters": given, **made}
        if navigation.contained and not navigation.many:
            self._streams(paths, place, given, target, via)

    def _streams(
        self, paths: dict[str, Json], base: str, given: list[Json], entity_set: EntitySet, via: str = ""
    ) -> None:
        for stream in entity_set.streams:
            name = f"{via}{_big(entity_set.entity)}{_big(stream.name)}"
            content: Json = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
            found = {"description": _("The bytes."), "content": content}
            made: Json = {
                "get": self._operation(entity_set, f"read{name}", stream.name, entity_set.read_right)
                | {"responses": {"200": found, "204": {"description": _("There is none.")}, **parts.refusals("404")}}
            }
            if stream.write is not None:
                made["patch"] = self._operation(entity_set, f"write{name}", stream.name, entity_set.write_right) | {
                    "parameters": [ref("parameters", "ifMatch")],
                    "requestBody": {"required": True, "content": {"*/*": {"schema": {"format": "binary"}}}},
                    "responses": parts.answers(204, "", "400", "409"),
                }
            if stream.delete is not None:
                made["delete"] = self._operation(entity_set, f"remove{name}", stream.name, entity_set.write_right) | {
                    "responses": parts.answers(204, "", "404")
                }
            paths[f"{base}/{stream.name}"] = {"parameters": given, **made}

    def _action(
        self, paths: dict[str, Json], base: str, given: list[Json], entity_set: EntitySet, action: Action
    ) -> None:
        right = action.right or (entity_set.read_right if action.function else entity_set.write_right)
        name = f"{entity_set.name if action.on_set else entity_set.entity}.{action.name}"
        made = self._operation(entity_set, name, words_of(action.caption or action.name), right)
        made["responses"] = self._result(action)
        address = f"{base}/Microsoft.NAV.{action.name}"
        if action.function:
            inside = ",".join(f"{each.name}={{{each.name}}}" for each in action.parameters if each.required)
            made["parameters"] = [
                parameter(each.name, "path", self._type(each.type), each.name)
                for each in action.parameters
                if each.required
            ]
            paths[f"{address}({inside})"] = _with(given, {"get": made})
            return
        if action.parameters:
            wanted: Json = {
                "type": "object",
                "properties": {each.name: self._type(each.type) for each in action.parameters},
            }
            required = [each.name for each in action.parameters if each.required]
            made["requestBody"] = parts.body(wanted | ({"required": required} if required else {}), bool(required))
        made["parameters"] = [ref("parameters", each) for each in ("ifMatchOptional", *parts.WRITING)]
        paths[address] = _with(given, {"post": made})

    def _result(self, action: Action) -> Json:
        target = self.service.sets.get(action.returns)
        if target is None or self.service.name == "standard":
            any_value: Json = {"description": _("The result."), "content": {"application/json": {"schema": {}}}}
            return {"200": any_value, "204": {"description": _("Done.")}, **parts.refusals("400", "404")}
        return parts.answers(200, target.entity + (".page" if action.returns_many else ""), "400", "404")

    def _operation(self, entity_set: EntitySet, name: str, summary: str, right: str) -> Json:
        made: Json = {"operationId": name, "tags": [entity_set.name], "summary": summary}
        if right:
            made |= {"description": _("Needs the right %(right)s.") % {"right": right}, "x-tuttava-right": right}
        return made

    def _of_service(self) -> dict[str, Json]:
        """What the service offers beside its sets."""
        xml: Json = {"application/xml": {"schema": {"type": "string"}}}
        described = {"description": _("The metadata of the service in CSDL."), "content": xml}
        batch = {"application/json": {"schema": ref("schemas", "Batch")}, "multipart/mixed": {"schema": {}}}
        results = {"description": _("An answer for each part."), "content": {"application/json": {"schema": {}}}}
        return {
            "/$metadata": {
                "get": {
                    "operationId": "metadata",
                    "summary": "$metadata",
                    "responses": {"200": described, **parts.refusals()},
                }
            },
            "/entityDefinitions": {
                "get": {
                    "operationId": "entityDefinitions",
                    "summary": _("Captions in all languages"),
                    "responses": {"200": results, **parts.refusals()},
                }
            },
            "/$batch": {
                "post": {
                    "operationId": "batch",
                    "summary": _("Up to 100 requests in one"),
                    "requestBody": {"required": True, "content": batch},
                    "responses": {"200": results, **parts.refusals("400")},
                }
            },
        }


def _with(given: list[Json], operations: Json) -> Json:
    return {"parameters": given, **operations} if given else operations


def _origin(root: str) -> str:
    """Scheme and host of the service's address; tokens are asked for there (A-1)."""
    scheme, _slashes, rest = root.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}"


def _big(name: str) -> str:
    return name[:1].upper() + name[1:]
