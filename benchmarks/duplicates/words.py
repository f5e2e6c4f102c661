"""What the generated worlds need beyond the product's own vocabulary: rarer names, nicknames, streets, abbreviations.

The matching core has none of these lists: abbreviations and nicknames are what people write, whether or not a program
expects them. Its trees have seen bases of other seeds (`tools/matching_training`).
"""

from __future__ import annotations


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _pairs(text: str) -> dict[str, tuple[str, ...]]:
    """``"Thomas:Tom,Tommy Elisabeth:Lise"`` as a mapping."""
    found: dict[str, tuple[str, ...]] = {}
    for part in text.split():
        name, _colon, short = part.partition(":")
        found[name] = (*found.get(name, ()), *short.split(","))
    return found


#: Given names behind the most common ones, by country.
GIVEN: dict[str, tuple[str, ...]] = {
    "NO": _words(
        "Aksel Alf Amalie Anders Anita Arild Asbjørn Aslaug Aud Audun Bente Birger Birgit Bodil Børge Cathrine Dag "
        "Edvard Egil Einar Eivind Ellen Elin Emil Endre Espen Even Filip Fredrik Frode Gard Gerd Gudrun Gunn Gunnar "
        "Gunvor Halvor Harald Hedda Helene Helge Henrik Henriette Iselin Ivar Jarle Johannes Johanne Julie Karin Karl "
        "Kirsten Kristian Kåre Laila Leif Linn Live Lisbeth Mari Mats Mona Oddvar Olav Oskar Pål Petter Pia Ragna "
        "Roger Roy Runar Siri Sissel Sivert Sondre Steinar Synnøve Sverre Tarjei Tiril Tobias Tonje Torbjørn Tore "
        "Torhild Torstein Trine Trude Trygve Turid Ulrik Unni Vetle Vidar Wenche Yngve Aashild Odin Ludvig Frida"
    ),
    "NL": _words(
        "Aad Adriaan Agnes Albert Alexander Anja Anke Annelies Arie Arjan Astrid Barbara Bart Ben Bert Carolien Casper "
        "Chantal Cees Christiaan Coen Corrie David Diederik Dirk Edwin Eline Ellen Els Eric Erik Eva Evert Frank Frans "
        "Frits Gerard Gerrit Greetje Hans Harm Harry Heleen Henk Herman Hilde Hugo Ilse Inge Irene Jacob Jacqueline "
        "Jan-Willem Jasper Jelle Jesse Job Jolanda Joris Jos Judith Jurgen Karel Karin Kees Kim Klaas Lars Laura Leo "
        "Lieke Lisa Luuk Margriet Marja Marloes Martijn Max Michiel Mieke Mirjam Monique Nick Niels Nynke Olga Oscar "
        "Patrick Paul Petra Ralf Renate Rianne Rik Rob Robert Roel Ronald Rosa Sietske Simone Sjoerd Stefan Stijn "
        "Suzanne Sven Tess Theo Tim Tineke Tom Truus Vera Victor Willeke Yvonne"
    ),
    "SE": _words(
        "Agneta Albin Alexandra Alva Annika Arvid Astrid Barbro Bengt Berit Birgitta Bo Carina Catarina Cecilia "
        "Christer Daniel David Ebba Elias Ellen Elsa Emil Filip Frida Gabriel Gerd Gunilla Gunnar Gustav Hans Helena "
        "Henrik Hugo Håkan Ida Inger Ingemar Isak Jakob Jennie Jessica Joel Johanna Jonas Josefin Julia Kenneth Klas "
        "Krister Kurt Leif Lennart Lina Linda Lovisa Ludvig Magnus Marcus Margareta Marianne Mats Mattias Monica Olle "
        "Patrik Pernilla Peter Pia Pontus Rikard Robert Rolf Sandra Simon Sofia Stefan Stig Stina Susanne Tobias "
        "Tomas Torbjörn Ulf Urban Viktor Viktoria Ylva"
    ),
    "DK": _words(
        "Allan Anders Anita Annette Arne Astrid Benedikte Bent Birgit Birgitte Bo Camilla Carl Caroline Charlotte "
        "Claus Dorte Ebbe Elisabeth Ella Else Emil Emma Erik Erling Esben Finn Frederik Gitte Gorm Grethe Gudrun "
        "Gunhild Heidi Ida Inger Ivan Jacob Jan Jesper Joachim Johan Jonas Josefine Julie Jytte Karl Karsten Kasper "
        "Katrine Kim Kirstine Klaus Knud Kristian Kristoffer Kurt Laura Lasse Leif Lis Lise Lisbeth Louise Mads "
        "Malene Marie Martin Mathilde Mikkel Mogens Morten Nanna Nikolaj Nina Oskar Palle Pernille Per Pia Poul "
        "Preben Rasmus Rikke Rune Sanne Sofie Steen Stine Svend Tine Tobias Torben Trine Troels Ulla Vibeke Viggo"
    ),
    "FI": _words(
        "Aada Aapo Aleksi Anja Anna-Liisa Annika Antti Ari Arja Arto Asko Eemeli Eija Elina Elisa Emilia Emma Erkki "
        "Esa Essi Hanna Hannele Hannu Harri Heikki Heidi Heli Henna Ilkka Inka Irma Jaakko Jani Jari Jarmo Joonas "
        "Jorma Juha Juho Kaisa Kari Katja Katri Kimmo Kirsi Kristiina Lauri Leena Leo Maija Maarit Mari Marika Marja "
        "Markku Marko Markus Martti Merja Mika Mikko Minna Mirja Niko Noora Oskari Outi Pasi Paula Pauli Pentti Petri "
        "Petteri Raija Raimo Reijo Riikka Risto Saara Sami Sanna Sari Satu Seppo Simo Tanja Tarja Teemu Tero Terhi "
        "Tiina Tomi Toni Tuija Ulla Valtteri Veikko Vesa Ville Åsa"
    ),
    "GB": _words(
        "Abigail Adam Alan Albert Alexander Alice Alison Amanda Andrew Angela Ann Anne Arthur Barbara Benjamin Beth "
        "Brenda Brian Callum Carol Caroline Catherine Charlotte Christine Claire Colin Craig Deborah Denise Derek "
        "Diane Donald Donna Dorothy Douglas Duncan Edward Eileen Elaine Ellie Emily Emma Eric Ethan Evelyn Fiona "
        "Frances Frank Freya Gareth Gary Geoffrey Gemma Gerald Gillian Gordon Grace Graham Hannah Heather Helen Henry "
        "Holly Howard Hugh Ian Irene Isabelle Jack Jacqueline Jade Jamie Jane Janet Jason Jean Jeremy Joan Joanne "
        "Jonathan Joshua Joyce Judith Julie Katherine Keith Kelly Kenneth Kevin Kirsty Laura Lauren Leah Leonard "
        "Lesley Lewis Liam Lorraine Louise Lucy Luke Lynn Malcolm Marie Martin Maureen Megan Mohammed Muhammad Naomi "
        "Natalie Neil Nicholas Nicola Nigel Norman Oscar Pamela Patrick Paul Paula Peter Philip Rachel Ralph Raymond "
        "Rebecca Reginald Roger Ronald Rosemary Ross Roy Russell Ruth Ryan Samantha Samuel Sean Sharon Shaun Sheila "
        "Simon Sophie Stephen Steven Stuart Terence Timothy Tracey Trevor Valerie Vera Victoria Vincent Wayne Wendy"
    ),
}

#: What people are called instead.
NICKNAMES = _pairs(
    "Thomas:Tom,Tommy Elisabeth:Lise,Lisbeth,Beth Kristin:Kris,Stina Kristina:Stina,Kicki Marianne:Janne Andreas:Andy "
    "Elizabeth:Liz,Beth,Betty William:Bill,Will Robert:Bob,Rob Richard:Rick,Dick James:Jim,Jamie Michael:Mike,Mick "
    "Patricia:Pat,Trish Jennifer:Jen,Jenny Joseph:Joe Christopher:Chris Daniel:Dan,Danny Matthew:Matt Anthony:Tony "
    "Margaret:Maggie,Peggy Susan:Sue Charles:Charlie,Chuck Thomas:Tom Oliver:Ollie Edward:Ted,Ned Alexander:Alex,Sandy "
    "Samuel:Sam Benjamin:Ben Timothy:Tim Stephen:Steve Steven:Steve Nicholas:Nick Katherine:Kate,Kathy Rebecca:Becky "
    "Victoria:Vicky Jonathan:Jon Joshua:Josh Kenneth:Ken Ronald:Ron Raymond:Ray Gerald:Gerry Deborah:Debbie "
    "Johannes:Jan,Hans,Joop Cornelis:Kees,Cor Cornelia:Corrie,Nel Hendrik:Henk Willem:Wim Pieter:Piet Johanna:Hanna "
    "Maria:Mia,Ria Gerard:Ger Martijn:Tijn Jacob:Jaap Adriaan:Arie,Ad Elisabeth:Els,Betsy Cornelis:Cees "
    "Karl:Kalle Lars:Lasse Nils:Nisse Erik:Erkki Mikael:Micke Gustav:Gösta Fredrik:Fredde Kristian:Kris Magnus:Mange "
    "Birgitta:Gitta Margareta:Greta,Maggan Johan:Jonne Henrik:Henke Søren:Søs Christian:Chris Kristoffer:Stoffer "
    "Mikkel:Mik Nikolaj:Niko Jørgen:Jørn Susanne:Sanne Katrine:Trine Juhani:Juha Johanna:Hanna Aleksi:Ale Antero:Antti "
    "Tapani:Tapsa Marjatta:Maija Kristiina:Tiina Heikki:Hessu Matti:Masa Bjørn:Bjønn Sigrid:Siri Ragnhild:Ragna "
    "Torbjørn:Tobben Kjell:Kjelle Ingrid:Inga Håkon:Håkki Jonathan:Jonny Katarina:Katta Catherine:Cathy,Kate"
)

#: Endings of street names and what they are shortened to, by country.
STREET_ENDS: dict[str, dict[str, tuple[str, ...]]] = {
    "NO": {"veien": ("v.", "vn.", "vei"), "gata": ("gt.", "g.", "gate"), "bakken": ("bk.",), "svingen": ("sv.",)},
    "NL": {"straat": ("str.", "str"), "weg": ("wg.",), "laan": ("ln.",), "plein": ("pl.",), "gracht": ("gr.",)},
    "SE": {"gatan": ("g.", "gat."), "vägen": ("v.", "väg."), "gränd": ("gr.",), "backen": ("b.",)},
    "DK": {"vej": ("v.", "vj."), "gade": ("g.", "gd."), "vænget": ("vg.",), "allé": ("all.", "alle")},
    "FI": {"katu": ("k.", "kt."), "tie": ("t.",), "polku": ("p.",), "kuja": ("kj.",)},
    "GB": {
        " Road": (" Rd", " Rd."),
        " Street": (" St", " St."),
        " Lane": (" Ln", " La."),
        " Avenue": (" Ave", " Av."),
        " Close": (" Cl",),
        " Drive": (" Dr", " Drv"),
    },
}

#: Legal forms as people write them instead; the first of a form is what the register says.
LEGAL = {
    "AS": ("A/S", "as", "A.S."),
    "ASA": ("asa", "A.S.A."),
    "ANS": ("ans", "A.N.S."),
    "B.V.": ("BV", "bv", "B.V"),
    "BV": ("B.V.", "b.v."),
    "N.V.": ("NV", "nv"),
    "V.O.F.": ("VOF", "vof"),
    "AB": ("Aktiebolag", "ab", "A.B."),
    "HB": ("Handelsbolag", "hb"),
    "ApS": ("APS", "Aps", "Anpartsselskab"),
    "A/S": ("AS", "a/s", "Aktieselskab"),
    "I/S": ("IS", "i/s"),
    "Oy": ("OY", "oy", "Osakeyhtiö"),
    "Oyj": ("OYJ", "oyj"),
    "Ky": ("KY", "ky"),
    "Ab": ("AB", "ab"),
    "Ltd": ("Limited", "Ltd.", "LTD"),
    "plc": ("PLC", "P.L.C."),
    "LLP": ("L.L.P.", "llp"),
}

PROVIDERS = {
    "NO": ("gmail.com", "hotmail.com", "online.no", "outlook.com", "yahoo.no", "live.no", "broadpark.no"),
    "NL": ("gmail.com", "hotmail.com", "ziggo.nl", "kpnmail.nl", "outlook.com", "xs4all.nl", "live.nl"),
    "SE": ("gmail.com", "hotmail.com", "telia.com", "outlook.com", "live.se", "bredband.net"),
    "DK": ("gmail.com", "hotmail.com", "mail.dk", "outlook.dk", "live.dk", "stofanet.dk"),
    "FI": ("gmail.com", "hotmail.com", "luukku.com", "kolumbus.fi", "outlook.com", "elisanet.fi"),
    "GB": ("gmail.com", "hotmail.co.uk", "btinternet.com", "outlook.com", "yahoo.co.uk", "sky.com"),
}
TOP_DOMAINS = {"NO": ".no", "NL": ".nl", "SE": ".se", "DK": ".dk", "FI": ".fi", "GB": ".co.uk"}

#: Length of a national number and its first digits, fixed line and mobile.
NUMBERS = {
    "NO": (8, "2357", 8, "49"),
    "NL": (9, "1234578", 9, "6"),
    "SE": (8, "1348", 9, "7"),
    "DK": (8, "345678", 8, "2"),
    "FI": (8, "1268", 9, "4"),
    "GB": (10, "12", 10, "7"),
}
#: Written before a national number at home.
TRUNK = {"NO": "", "NL": "0", "SE": "0", "DK": "", "FI": "0", "GB": "0"}

#: Keys beside each key.
BESIDE = {
    "a": "sqz", "b": "vghn", "c": "xdfv", "d": "serfcx", "e": "wsdr", "f": "drtgvc", "g": "ftyhbv", "h": "gyujnb",
    "i": "ujko", "j": "huikmn", "k": "jiolm", "l": "kop", "m": "njk", "n": "bhjm", "o": "iklp", "p": "ol", "q": "wa",
    "r": "edft", "s": "awedxz", "t": "rfgy", "u": "yhji", "v": "cfgb", "w": "qase", "x": "zsdc", "y": "tghu",
    "z": "asx", "0": "9", "1": "2", "2": "13", "3": "24", "4": "35", "5": "46", "6": "57", "7": "68", "8": "79",
    "9": "80",
}  # fmt: skip

#: How accents are lost, in the ways keyboards and exports lose them.
ACCENTS = (
    str.maketrans("æøåäöéèëïüáóíàçñÆØÅÄÖÉÈËÏÜÁÓ’", "aoaaoeeeiuaoiacnAOAAOEEEIUAO'"),
    str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "ä": "ae", "ö": "oe", "Æ": "Ae", "Ø": "Oe", "Å": "Aa", "é": "e"}),
)
