"""Words from which the generator makes fictitious contacts: common names, places and trades of six "
"countries."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Land:
    """What names, addresses and numbers look like in one country.


    ``share`` is its part of all companies; names and cities come most frequent first. In number shapes ``#`` stands
    for a digit and ``@`` for a letter; ``city_codes`` belong to ``cities`` in order.
    """

    code: str
    language: str
    share: float
    calling: str
    legal: tuple[str, ...]
    given: tuple[str, ...]
    family: tuple[str, ...]
    fronts: tuple[str, ...]
    ends: tuple[str, ...]
    cities: tuple[str, ...]
    city_codes: tuple[str, ...]
    streets: tuple[str, ...]
    house_first: bool
    land_line: str
    mobile: str
    vat: str
    titles: tuple[str, ...]
    trades: tuple[str, ...]


def _list(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _titles(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(","))


NORWAY = Land(
    code="NO",
    language="NB",
    share=0.42,
    calling="+47",
    legal=("AS", "AS", "AS", "ASA", "ANS", "& Sønner AS", "Norge AS"),
    given=_list(
        "Anne Jan Inger Per Kari Bjørn Marit Ole Ingrid Lars Liv Kjell Eva Knut Anna Svein Maria Arne "
        "Ida Thomas Hilde Geir "
        "Berit Hans Nina Morten Marianne Tor Astrid Erik Bjørg Odd Kristin Terje Solveig John Randi "
        "Martin Åse Andreas "
        "Silje Øyvind Elisabeth Nils Camilla Trond Hanne Stian Tone Magnus Grete Rune Heidi Sindre Emma "
        "Jonas Nora Åge "
        "Ragnhild Håkon Sigrid Eirik Guro Vegard Frøydis Ørjan Ingunn Jørgen Kjersti Sæbjørn"
    ),
    family=_list(
        "Hansen Johansen Olsen Larsen Andersen Pedersen Nilsen Kristiansen Jensen Karlsen Johnsen "
        "Pettersen Eriksen Berg "
        "Haugen Hagen Johannessen Andreassen Jacobsen Dahl Jørgensen Halvorsen Henriksen Lund Sørensen "
        "Jakobsen Moen "
        "Gundersen Iversen Strand Solberg Svendsen Eide Knutsen Martinsen Paulsen Bakken Kristoffersen "
        "Mathisen Lie "
        "Amundsen Nguyen Rasmussen Solheim Berge Nygård Bakke Fredriksen Holm Lien Hauge Christensen "
        "Nielsen Evensen "
        "Sæther Aas Hovland Ruud Ødegård Åsen Myhre Haugland Tangen Thoresen Østby Bråten"
    ),
    fronts=_list(
        "Nord Sør Øst Vest Fjord Berg Sol Lund Hav Furu Gran Stein Elve Dal Vind Bjørke Ås Ulv Ørne Sand Måne Li"
    ),
    ends=_list("heim stad vik rud set land gård tun nes moen eng bakk lien voll haug skar øy sund"),
    cities=(
        "Oslo",
        "Bergen",
        "Trondheim",
        "Stavanger",
        "Bærum",
        "Kristiansand",
        "Drammen",
        "Tromsø",
        "Fredrikstad",
        "Sandnes",
    )
    + (
        "Asker",
        "Ålesund",
        "Bodø",
        "Tønsberg",
        "Skien",
        "Hamar",
        "Larvik",
        "Halden",
        "Moss",
        "Molde",
        "Gjøvik",
        "Narvik",
    ),
    city_codes=("0###", "5###", "70##", "40##", "13##", "46##", "30##", "90##", "16##", "43##")
    + ("13##", "60##", "80##", "31##", "37##", "23##", "32##", "17##", "15##", "64##", "28##", "85##"),
    streets=("Storgata", "Kirkeveien", "Skolegata", "Strandgata", "Industriveien", "Bakkegata")
    + ("Sjøgata", "Åsveien")
    + ("Fjordveien", "Øvre Torggate", "Havnegata", "Parkveien", "Elvegata", "Myrveien", "Solveien"),
    house_first=False,
    land_line="22######",
    mobile="9#######",
    vat="NO#########MVA",
    titles=_titles(
        "Daglig leder, Innkjøper, Regnskapsfører, Salgssjef, Markedssjef, Driftsleder, Konsulent, Prosjektleder"
    ),
    trades=("Kraft", "Bygg", "Eiendom", "Transport", "Regnskap", "Consult", "Invest", "Elektro")
    + ("Møbler", "Sjømat")
    + ("Data", "Maskin", "Entreprenør", "Reklame", "Rør", "Bil", "Bakeri", "Frisør", "Holding", "Handel"),
)
NETHERLANDS = Land(
    code="NL",
    language="NL",
    share=0.24,
    calling="+31",
    legal=("B.V.", "B.V.", "BV", "N.V.", "V.O.F.", "& Zonen B.V.", "Nederland B.V."),
    given=_list(
        "Johannes Maria Jan Anna Cornelis Johanna Hendrik Elisabeth Willem Cornelia Pieter Sanne Daan "
        "Emma Sem Julia Lucas "
        "Sophie Thijs Lotte Bram Fleur Ruben Iris Jeroen Marieke Wouter Femke Bas Anouk Koen Esther "
        "Sander Linda Joost "
        "Saskia Maarten Ingrid Gijs Noor Teun Roos Geert Annemiek Tjitske Zoë Daniël Loïs René Desirée"
    ),
    family=(
        *("de Jong", "Jansen", "de Vries", "van den Berg", "van Dijk", "Bakker", "Janssen", "Visser")
        + ("Smit", "Meijer"),
        *("de Boer", "Mulder", "de Groot", "Bos", "Vos", "Peters", "Hendriks", "van Leeuwen", "Dekker") + ("Brouwer",),
        *("de Wit", "Dijkstra", "Smits", "de Graaf", "van der Meer", "van der Linden", "Kok", "Jacobs") + ("de Haan",),
        *("Vermeulen", "van den Heuvel", "van der Veen", "van den Broek", "de Bruijn")
        + ("van der Heijden", "Schouten"),
        *("van Beek", "Willems", "van Vliet", "Hoekstra", "Maas", "Verhoeven", "Koster", "van Dam") + ("Prins", "Blom"),
        *("'t Hart", "in 't Veld", "van 't Hof", "Huizinga", "Postma", "Kuipers", "Veenstra", "Kramer"),
    ),
    fronts=_list(
        "Noord Zuid Oost West Zee Wind Berg Nieuw Oud Groot Klein Hoog Laag Water Molen Veen Duin Rijn Maas Linden"
    ),
    ends=_list("dam veld burg wijk hoven dijk meer brug huis zicht oord land horst vaart"),
    cities=("Amsterdam", "Rotterdam", "Den Haag", "Utrecht", "Eindhoven", "Groningen", "Tilburg")
    + ("Almere", "Breda")
    + ("Nijmegen", "Apeldoorn", "Haarlem", "Arnhem", "Enschede", "’s-Hertogenbosch", "Zwolle")
    + ("Leiden", "Maastricht"),
    city_codes=("10## @@", "30## @@", "25## @@", "35## @@", "56## @@", "97## @@", "50## @@", "13## @@")
    + ("48## @@",)
    + ("65## @@", "73## @@", "20## @@", "68## @@", "75## @@", "52## @@", "80## @@", "23## @@", "62## @@"),
    streets=("Kerkstraat", "Dorpsstraat", "Schoolstraat", "Stationsweg", "Molenweg", "Industrieweg")
    + ("Nieuwstraat",)
    + ("Beatrixlaan", "Wilhelminastraat", "Burgemeester de Vlugtlaan", "Parallelweg", "Havenkade")
    + ("Prinsengracht",),
    house_first=False,
    land_line="20#######",
    mobile="6########",
    vat="NL#########B##",
    titles=_titles("Directeur, Inkoper, Boekhouder, Hoofd verkoop, Marketingmanager, Planner, Adviseur, Projectleider"),
    trades=("Bouw", "Transport", "Advies", "Techniek", "Installatie", "Vastgoed", "Groothandel")
    + ("Administratie",)
    + (
        "Logistiek",
        "Horeca",
        "Media",
        "Software",
        "Schoonmaak",
        "Beheer",
        "Bloemen",
        "Metaal",
        "Zuivel",
        "Verzekeringen",
    ),
)
SWEDEN = Land(
    code="SE",
    language="SV",
    share=0.09,
    calling="+46",
    legal=("AB", "AB", "HB", "Sverige AB", "& Söner AB"),
    given=_list(
        "Anna Erik Eva Lars Maria Karl Karin Anders Kristina Johan Lena Per Sara Nils Emma Jan Kerstin "
        "Mikael Ingrid Åke "
        "Märta Björn Åsa Göran Jörgen Malin Oskar Elin Fredrik Hanna Sven Ulla Gösta Linnéa Axel Saga"
    ),
    family=_list(
        "Andersson Johansson Karlsson Nilsson Eriksson Larsson Olsson Persson Svensson Gustafsson "
        "Pettersson Jonsson "
        "Lindberg Lindström Lindqvist Bergström Sandberg Åberg Öberg Sjöberg Lundgren Berglund Hedlund "
        "Nyström Häggström"
    ),
    fronts=_list("Norr Söder Öst Väst Berg Lind Sjö Strand Ek Gran Björk Fors Ström Hög Malm Ny Sand"),
    ends=_list("berg ström qvist lund gren dal mark hed holm näs vall stad torp"),
    cities=("Stockholm", "Göteborg", "Malmö", "Uppsala", "Västerås", "Örebro", "Linköping", "Umeå"),
    city_codes=("11# ##", "41# ##", "21# ##", "75# ##", "72# ##", "70# ##", "58# ##", "90# ##"),
    streets=("Storgatan", "Kungsgatan", "Drottninggatan", "Industrigatan", "Skolgatan") + ("Järnvägsgatan", "Åsgatan"),
    house_first=False,
    land_line="8#######",
    mobile="7########",
    vat="SE##########01",
    titles=_titles("VD, Inköpare, Ekonomichef, Säljare, Marknadschef, Projektledare"),
    trades=("Bygg", "Åkeri", "Fastigheter", "Konsult", "Verkstad", "El", "Invest", "Handel", "Måleri")
    + ("Redovisning",),
)
DENMARK = Land(
    code="DK",
    language="DA",
    share=0.08,
    calling="+45",
    legal=("ApS", "A/S", "A/S", "I/S", "Danmark A/S"),
    given=_list(
        "Peter Anne Michael Kirsten Lars Mette Jens Hanne Thomas Anna Henrik Helle Søren Susanne "
        "Christian Lene Jørgen "
        "Maria Niels Marianne Ole Inge Hans Karen Bjarne Åse Asbjørn Signe Freja Magnus"
    ),
    family=_list(
        "Nielsen Jensen Hansen Andersen Pedersen Christensen Larsen Sørensen Rasmussen Jørgensen "
        "Petersen Madsen "
        "Kristensen Olsen Thomsen Christiansen Poulsen Johansen Møller Mortensen Kjær Østergaard Bæk "
        "Nørgaard Skovgaard"
    ),
    fronts=_list("Nord Syd Øster Vester Skov Sø Kær Bøge Ege Strand Lynge Møl Hede Kirke"),
    ends=_list("gaard holm lund by vig rup bæk dal toft sted bjerg ager"),
    cities=("København", "Aarhus", "Odense", "Aalborg", "Esbjerg", "Randers", "Kolding", "Næstved"),
    city_codes=("1###", "80##", "50##", "90##", "67##", "89##", "60##", "47##"),
    streets=(
        "Hovedgaden",
        "Skolevej",
        "Kirkevej",
        "Nørregade",
        "Vestergade",
        "Industrivej",
        "Strandvejen",
        "Søndergade",
    ),
    house_first=False,
    land_line="33######",
    mobile="2#######",
    vat="DK########",
    titles=_titles("Direktør, Indkøber, Bogholder, Salgschef, Projektleder, Konsulent"),
    trades=("Byg", "Transport", "Ejendomme", "Revision", "Maskinfabrik", "Invest", "Handel", "VVS")
    + ("Bageri", "Møbler"),
)
FINLAND = Land(
    code="FI",
    language="FI",
    share=0.09,
    calling="+358",
    legal=("Oy", "Oy", "Oyj", "Ky", "Ab", "Suomi Oy"),
    given=_list(
        "Juhani Maria Johannes Helena Mikael Johanna Olavi Anneli Antero Kaarina Tapani Marjatta Kalevi "
        "Anna Matti Liisa "
        "Tuomas Aino Eero Päivi Jyrki Hännä Väinö Sirpa Pekka Eeva Jukka Tuula Timo Riitta Onni Eino "
        "Sofia Pirkko"
    ),
    family=_list(
        "Korhonen Virtanen Mäkinen Nieminen Mäkelä Hämäläinen Laine Heikkinen Koskinen Järvinen Lehtonen "
        "Lehtinen "
        "Saarinen Salminen Heinonen Niemi Heikkilä Salonen Kinnunen Turunen Salo Laitinen Tuominen "
        "Rantanen Karjalainen "
        "Jokinen Mattila Savolainen Lahtinen Ahonen Häkkinen Pöyhönen Öhman Åkerblom"
    ),
    fronts=_list("Pohjois Etelä Itä Länsi Järvi Metsä Koivu Kuusi Mänty Kivi Suo Ranta Lehto Vuori Uusi Talvi Meri"),
    ends=_list("niemi lahti mäki koski salo saari vaara pää ranta järvi kangas korpi aho"),
    cities=("Helsinki", "Espoo", "Tampere", "Vantaa", "Oulu", "Turku", "Jyväskylä", "Lahti", "Kuopio")
    + ("Hämeenlinna",),
    city_codes=("00##0", "02##0", "33##0", "01##0", "90##0", "20##0", "40##0", "15##0", "70##0", "13##0"),
    streets=("Mannerheimintie", "Koulukatu", "Kauppakatu", "Asematie", "Rantatie", "Teollisuuskatu") + ("Kirkkokatu",),
    house_first=False,
    land_line="9#######",
    mobile="4########",
    vat="FI########",
    titles=_titles("Toimitusjohtaja, Ostaja, Kirjanpitäjä, Myyntipäällikkö, Projektipäällikkö, Konsultti"),
    trades=(
        "Rakennus",
        "Kuljetus",
        "Kiinteistöt",
        "Konsultointi",
        "Sähkö",
        "Konepaja",
        "Leipomo",
        "Metalli",
        "Sijoitus",
    ),
)
BRITAIN = Land(
    code="GB",
    language="EN",
    share=0.08,
    calling="+44",
    legal=("Ltd", "Ltd", "plc", "LLP", "& Sons Ltd", "Group"),
    given=_list(
        "James Mary John Patricia Robert Jennifer Michael Linda William Elizabeth David Susan Richard "
        "Jessica Joseph Sarah "
        "Thomas Karen Charles Nancy Christopher Lisa Daniel Betty Matthew Margaret Anthony Sandra Mark "
        "Ashley Siân Zoë "
        "Chloë Seán Oliver Amelia George Isla Harry Olivia Noah Ava Aled Niamh"
    ),
    family=_list(
        "Smith Jones Taylor Brown Williams Wilson Johnson Davies Patel Robinson Wright Thompson Evans "
        "Walker White Roberts "
        "Green Hall Wood Jackson Clarke Khan Hughes Edwards O’Brien O'Neill Fitzgerald-Moore MacDonald "
        "McCarthy "
        "Thomas Lewis Hill Cooper Ward Turner Singh Ahmed Begum Ali Morris Baker Harrison Cook Morgan "
        "Lee King Scott"
    ),
    fronts=_list(
        "North South East West Ash Oak Elm Hill Wood Stone Brook King Queen High New Old River Fair Long Black"
    ),
    ends=_list("ton ham ford field bridge well dale worth by wick mere gate bourne combe"),
    cities=("London", "Birmingham", "Manchester", "Leeds", "Glasgow", "Bristol", "Edinburgh", "Cardiff"),
    city_codes=("EC#A #@@", "B## #@@", "M## #@@", "LS# #@@", "G## #@@", "BS# #@@", "EH# #@@", "CF# #@@"),
    streets=("High Street", "Station Road", "Church Lane", "Victoria Road", "Mill Lane", "Park Avenue")
    + ("Queen’s Road",),
    house_first=True,
    land_line="20########",
    mobile="7#########",
    vat="GB#########",
    titles=_titles(
        "Managing director, Buyer, Accountant, Sales manager, Marketing manager, Project manager, Consultant"
    ),
    trades=(
        "Consulting",
        "Holdings",
        "Engineering",
        "Logistics",
        "Properties",
        "Foods",
        "Media",
        "Software",
        "Builders",
    )
    + ("Textiles", "Insurance", "Catering", "Motors", "Publishing", "Energy"),
)

LANDS = (NORWAY, NETHERLANDS, SWEDEN, DENMARK, FINLAND, BRITAIN)
