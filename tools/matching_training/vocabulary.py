"""Words the made-up worlds are built from; the long tail of names is put together from syllables."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True)
class Tongue:
    """What people, streets and companies are called in one country."""

    country: str
    calling: str
    women: list[str]
    men: list[str]
    surnames: list[str]
    endings: list[str]
    syllables: list[str]
    streets: list[str]
    kinds_of_street: list[tuple[str, str]]  # the whole word and how it is cut short; a leading blank parts it
    number_first: bool
    cities: list[str]
    trades: list[str]
    legal: list[str]
    post: str  # 9 = a digit, A = a letter
    phone: str
    mobile: str
    mail: list[str]


def _t(text: str) -> list[str]:
    return text.split()


NORDIC = Tongue(
    "NO", "47",
    _t("Anne Inger Kari Marit Ingrid Liv Eva Berit Astrid Bjørg Hilde Anna Solveig Marianne Randi Ida Nina Maria Elisabeth Kristin Bente Heidi Silje Hanne Gerd Linda Tone Tove Anita Wenche Camilla Ragnhild Marte Julie Emma Nora Sofie Åse Gunn Torill Sunniva Ane Lene Mette Siri Unni Vigdis Grete Mona Trine"),
    _t("Jan Per Bjørn Ole Lars Kjell Knut Arne Svein Thomas Hans Geir Tor Morten Terje Odd Erik Martin Andreas John Anders Rune Trond Tore Daniel Jon Magnus Kristian Stian Henrik Ola Øyvind Håkon Espen Sverre Kåre Leif Gunnar Eirik Vidar Nils Roar Steinar Frode Einar Harald Jørn Pål Sindre Tormod Åge"),
    _t("Hansen Johansen Olsen Larsen Andersen Pedersen Nilsen Kristiansen Jensen Karlsen Johnsen Pettersen Eriksen Berg Haugen Hagen Johannessen Andreassen Jacobsen Dahl Jørgensen Halvorsen Henriksen Lund Sørensen Jakobsen Moen Gundersen Iversen Strand Solberg Svendsen Eide Martinsen Knutsen Bakken Lie Nygård Ødegård Aas Sæther Bråten Næss"),
    _t("sen stad heim vik dal rud bakk li nes land moen berg haug seth vold"), _t("As Bjø Dag Ei Fre Gre Hau Ing Kol Lof Mel Nor Os Røs Ska Tve Ul Vær Øks Åm Bre Fjel Hol Sta"),
    _t("Stor Kirke Skole Sjø Fjell Skog Elve Dal Bjørke Gran Furu Rosen Strand Jernbane Møll Havne Torg Bakke Nedre Øvre Solbakk Lille Industri Fabrikk"),
    [("gata", "gt."), ("veien", "vn."), ("vegen", "vg"), ("gate", "gt"), (" allé", " alle"), (" plass", " pl."), ("bakken", "bk")], False,
    _t("Oslo Bergen Trondheim Stavanger Drammen Fredrikstad Kristiansand Sandnes Tromsø Ålesund Tønsberg Moss Haugesund Sandefjord Arendal Bodø Hamar Larvik Halden Molde Harstad Kongsberg Lillehammer Gjøvik Røros Mandal Førde Elverum Namsos Horten"),
    _t("Fisk Bygg Eiendom Transport Regnskap Elektro Rør Maskin Data Bil Frisør Bakeri Konsult Invest Holding Handel Design Maler Tømrer Energi Reklame Renhold Sikkerhet Teknikk Trelast Møbel"),
    ["AS", "AS", "AS", "ASA", "ANS", "A/S", "DA", "ENK"], "9999", "99 99 99 99", "9 99 99 999", ["gmail.com", "hotmail.com", "online.no", "outlook.com", "live.no"],
)  # fmt: skip
SWEDISH = Tongue(
    "SE", "46",
    _t("Maria Anna Margareta Elisabeth Eva Kristina Birgitta Karin Elin Ingrid Marie Linnéa Sara Emma Lena Annika Malin Hanna Johanna Ulla Gunilla Åsa Sofia Josefin Ebba Maja Klara Frida Agneta"),
    _t("Erik Lars Karl Anders Johan Per Nils Jan Mikael Lennart Hans Olof Peter Gunnar Sven Fredrik Bengt Bo Daniel Åke Göran Alexander Magnus Stefan Oskar Björn Mattias Jonas Håkan"),
    _t("Andersson Johansson Karlsson Nilsson Eriksson Larsson Olsson Persson Svensson Gustafsson Pettersson Jonsson Jansson Hansson Bengtsson Jönsson Lindberg Jakobsson Magnusson Lindström Olofsson Lindqvist Lindgren Berg Axelsson Bergström Lundberg Sjöberg Åberg Nyström"),
    _t("sson ström gren qvist berg lund dahl mark stedt löf holm vall blad"), _t("Al Ber Dahl Ek Fors Grön Hag Kjell Lind Malm Nord Ros Sand Sjö Tör Väst Åker Öst Hed Wall Fager Bäck"),
    _t("Stor Kungs Drottning Kyrko Skol Skogs Björk Sjö Norra Södra Ring Park Hamn Järnvägs Fabriks Slotts Nya Gamla Smed"),
    [("gatan", "g."), ("vägen", "v."), (" torg", " t."), (" allé", " alle"), ("gränd", "gr."), ("stigen", "st")], False,
    _t("Stockholm Göteborg Malmö Uppsala Västerås Örebro Linköping Helsingborg Jönköping Norrköping Lund Umeå Gävle Borås Södertälje Eskilstuna Karlstad Växjö Halmstad Sundsvall Luleå Trollhättan Östersund Kalmar Falun"),
    _t("Bygg Fastigheter Transport Redovisning El Rör Maskin Data Bil Måleri Bageri Konsult Invest Förvaltning Handel Design Snickeri Energi Reklam Städ Teknik Trä Möbler Plåt"),
    ["AB", "AB", "AB", "HB", "KB", "Aktiebolag"], "999 99", "08-999 99 99", "079-999 99 99", ["gmail.com", "hotmail.com", "telia.com", "outlook.com", "live.se"],
)  # fmt: skip
DUTCH = Tongue(
    "NL", "31",
    _t("Maria Johanna Anna Elisabeth Cornelia Wilhelmina Hendrika Catharina Petronella Margaretha Sanne Lotte Emma Sophie Julia Fleur Anouk Femke Marieke Esther Monique Ingrid Linda Petra Yvonne Ria Truus Tineke Maaike Eva"),
    _t("Johannes Jan Cornelis Hendrik Willem Pieter Gerrit Petrus Jacobus Antonius Daan Sem Thijs Bram Lars Ruben Sander Jeroen Mark Peter Dirk Kees Henk Piet Wim Koen Maarten Joost Bas Rob"),
    _t("Jong Vries Berg Bakker Dijk Visser Janssen Smit Meijer Boer Mulder Groot Bos Vos Peters Hendriks Leeuwen Dekker Brouwer Wit Dijkstra Smits Graaf Meer Kok Jacobs Haan Vermeulen Schouten Willems Hoekstra Postma Kuipers"),
    _t("stra sma man huis ink veld burg hoven donk kamp mans sen"), _t("Aal Beek Brou Duin Eik Groe Haar Kei Laar Meer Noor Oos Pol Rijk Schoon Til Veen Wes Zand Ver"),
    _t("Kerk Molen School Dorps Nieuw Stations Haven Markt Prins Wilhelmina Juliana Beatrix Eiken Linden Oranje Bloem Industrie Hoofd Burgemeester Veld"),
    [("straat", "str."), ("weg", "wg"), ("laan", "ln"), ("plein", "pln"), ("gracht", "gr."), ("kade", "kd"), ("dijk", "dk")], False,
    _t("Amsterdam Rotterdam Utrecht Eindhoven Groningen Tilburg Almere Breda Nijmegen Apeldoorn Haarlem Arnhem Enschede Amersfoort Zaandam Hoofddorp Zwolle Leiden Maastricht Dordrecht Ede Alkmaar Delft Venlo Deventer Hilversum Assen Gouda"),
    _t("Bouw Vastgoed Transport Administratie Elektra Installatie Machines Data Auto Kappers Bakkerij Advies Beheer Groep Handel Design Schilders Energie Reclame Schoonmaak Techniek Hout Meubels Logistiek"),
    ["B.V.", "BV", "B.V.", "N.V.", "VOF", "Holding B.V."], "9999 AA", "099-999 9999", "06-99999999", ["gmail.com", "hotmail.com", "ziggo.nl", "outlook.com", "kpnmail.nl"],
)  # fmt: skip
ENGLISH = Tongue(
    "GB", "44",
    _t("Mary Patricia Jennifer Linda Elizabeth Barbara Susan Jessica Sarah Karen Lisa Nancy Margaret Sandra Ashley Emily Emma Olivia Charlotte Amelia Isla Sophie Chloe Hannah Rebecca Laura Rachel Catherine Helen Lucy Grace Zoe Kimberley Alexandra Samantha Jasmine Georgia Madison Brianna Caitlin"),
    _t("James Robert John Michael David William Richard Joseph Thomas Christopher Charles Daniel Matthew Anthony Mark Donald Steven Paul Andrew Joshua Kenneth George Edward Timothy Jack Harry Oliver Samuel Benjamin Lachlan Liam Ryan Nathan Luke Dylan Jacob Ethan Connor Mitchell Callum"),
    _t("Smith Jones Taylor Brown Williams Wilson Johnson Davies Robinson Wright Thompson Evans Walker White Roberts Green Hall Wood Jackson Clarke Campbell Kelly Murphy Martin Lee Anderson Thomas Harris Clark Lewis Young King Scott Baker Nguyen Mitchell Ryan Reid Webb McCarthy"),
    _t("ton ley son field worth ham well ford man wood ridge bury"), _t("Ash Black Carl Dun East Farn Gil Har Kings Lang Mar New Old Pem Rad Stan Thorn Wal West Whit Mac Fitz"),
    _t("High Church Park Victoria Green Manor Kings Queens New Grange Mill York Station Chapel London Springfield Windsor Albert Oak Maple Cedar Elm Washington Lake Hill River Wattle Banksia Acacia"),
    [(" Street", " St"), (" Road", " Rd"), (" Avenue", " Ave"), (" Lane", " Ln"), (" Drive", " Dr"), (" Close", " Cl"), (" Place", " Pl"), (" Court", " Ct"), (" Crescent", " Cres"), (" Way", " Wy"), (" Terrace", " Tce"), (" Circuit", " Cct")], True,
    _t("London Birmingham Leeds Glasgow Sheffield Bradford Liverpool Edinburgh Manchester Bristol Cardiff Leicester Coventry Nottingham Newcastle Sunderland Brighton Plymouth Derby Southampton Portsmouth Norwich Oxford Cambridge Exeter York Perth Richmond Windsor Newport"),
    _t("Building Property Transport Accounting Electrical Plumbing Machinery Data Motors Hairdressers Bakery Consulting Investments Holdings Trading Design Painters Energy Advertising Cleaning Engineering Timber Furniture Logistics Services Solutions Systems"),
    ["Ltd", "Limited", "Ltd.", "PLC", "LLP", "Inc", "LLC", "Pty Ltd", "Corp"], "9999", "099 9999 9999", "07999 999999", ["gmail.com", "hotmail.com", "yahoo.co.uk", "outlook.com", "btinternet.com"],
)  # fmt: skip
GERMAN = Tongue(
    "DE", "49",
    _t("Maria Ursula Monika Petra Sabine Renate Helga Karin Brigitte Ingrid Andrea Claudia Susanne Julia Anna Lena Laura Katharina Stefanie Nicole Heike Birgit Gisela Martina Angelika Käthe Jürgenne"),
    _t("Peter Michael Thomas Andreas Wolfgang Klaus Jürgen Günter Stefan Christian Uwe Werner Horst Frank Dieter Manfred Gerhard Hans Bernd Thorsten Mathias Helmut Walter Heinz Martin Jörg Björn Kai Lukas"),
    _t("Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter Klein Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Werner Krause Lehmann Köhler Maier"),
    _t("mann er bach hauser berger meier stein feld ner hofer"), _t("Al Bier Dorn Eber Frei Grün Hoch Kir Lind Mühl Neu Ober Rein Stein Tal Unter Wald Zell Brand Hirsch"),
    _t("Haupt Schul Garten Bahnhof Dorf Berg Kirch Wald Ring Schiller Goethe Linden Wiesen Mühlen Rosen Bismarck Industrie Markt"),
    [("straße", "str."), ("weg", "wg"), ("platz", "pl."), ("allee", "al."), ("gasse", "g."), (" Straße", " Str.")], False,
    _t("Berlin Hamburg München Köln Frankfurt Stuttgart Düsseldorf Leipzig Dortmund Essen Bremen Dresden Hannover Nürnberg Duisburg Bochum Wuppertal Bielefeld Bonn Münster Mannheim Karlsruhe Augsburg Lübeck Mainz"),
    _t("Bau Immobilien Spedition Steuerberatung Elektro Sanitär Maschinenbau Daten Auto Friseur Bäckerei Beratung Verwaltung Handel Design Maler Energie Werbung Reinigung Technik Holz Möbel Logistik"),
    ["GmbH", "GmbH", "GmbH & Co. KG", "AG", "e.K.", "OHG", "UG", "KG"], "99999", "099 9999999", "0179 9999999", ["gmail.com", "web.de", "gmx.de", "t-online.de", "gmx.net"],
)  # fmt: skip
ROMANCE = Tongue(
    "FR", "33",
    _t("Marie Nathalie Isabelle Sylvie Catherine Françoise Valérie Christine Monique Sophie Patricia Martine Sandrine Céline Camille Léa Manon Chloé Inès Carmen Lucia Giulia Francesca Elena Chiara Ana Beatriz"),
    _t("Jean Pierre Michel Philippe Alain Nicolas Christophe Patrick Frédéric Laurent Julien Sébastien Olivier Lucas Hugo Théo José Carlos Antonio Marco Giuseppe Giovanni Paolo Luca Miguel João Pedro"),
    _t("Martin Bernard Dubois Thomas Robert Richard Petit Durand Leroy Moreau Simon Laurent Lefebvre Michel Garcia Rossi Russo Ferrari Esposito Bianchi Fernández González Rodríguez López Martínez Silva Santos Pereira"),
    _t("eau ier ard ini etti ez ot in el and elli oni"), _t("Bel Car Del Fa Gar Lam Mar Mon Per Ric Sal Tor Val Ver Bon Cha Du Gir Mou Pas"),
    _t("Victor Hugo Église Mairie Écoles République Liberté Jardins Moulin Gare Roma Garibaldi Mayor Real Fontaine Pasteur Verdi Mazzini"),
    [(" rue", " r."), (" avenue", " av."), (" place", " pl."), (" boulevard", " bd"), (" via", " v."), (" chemin", " ch.")], True,
    _t("Paris Marseille Lyon Toulouse Nice Nantes Strasbourg Montpellier Bordeaux Lille Rennes Reims Roma Milano Napoli Torino Madrid Barcelona Valencia Sevilla Lisboa Porto Grenoble Dijon"),
    _t("Construction Immobilier Transports Comptabilité Électricité Plomberie Machines Données Automobiles Coiffure Boulangerie Conseil Invest Gestion Commerce Design Peinture Énergie Publicité Nettoyage Technique Bois Meubles"),
    ["SARL", "SAS", "SA", "S.A.", "S.p.A.", "S.r.l.", "EURL", "S.L.", "Lda"], "99999", "09 99 99 99 99", "06 99 99 99 99", ["gmail.com", "orange.fr", "hotmail.fr", "wanadoo.fr", "libero.it"],
)  # fmt: skip
TONGUES = (NORDIC, SWEDISH, DUTCH, ENGLISH, GERMAN, ROMANCE)
BOXES = ("info", "post", "mail", "office", "kontakt", "contact", "sales", "admin", "hello")
NICKNAMES: dict[str, list[str]] = {
    "William": ["Bill", "Will"], "Robert": ["Bob", "Rob"], "Richard": ["Rick", "Dick"], "Elizabeth": ["Liz", "Beth"],
    "Michael": ["Mike"], "James": ["Jim", "Jimmy"], "John": ["Jack", "Johnny"], "Margaret": ["Maggie", "Peggy"],
    "Catherine": ["Cathy", "Kate"], "Thomas": ["Tom"], "Christopher": ["Chris"], "Joseph": ["Joe"], "Daniel": ["Dan"],
    "Matthew": ["Matt"], "Anthony": ["Tony"], "Steven": ["Steve"], "Edward": ["Ted", "Ed"], "Kenneth": ["Ken"],
    "Timothy": ["Tim"], "Samuel": ["Sam"], "Benjamin": ["Ben"], "Patricia": ["Pat", "Trish"], "Jennifer": ["Jen"],
    "Susan": ["Sue"], "Jessica": ["Jess"], "Rebecca": ["Becky"], "Alexandra": ["Sandra", "Alex"], "Charles": ["Charlie"],
    "Johannes": ["Jan", "Hans"], "Cornelis": ["Kees"], "Hendrik": ["Henk"], "Petrus": ["Piet"], "Willem": ["Wim"],
    "Antonius": ["Ton"], "Kristian": ["Chris"], "Andreas": ["Anders"], "Elisabeth": ["Lise"], "Katharina": ["Kati"],
    "Thijs": ["Mathijs"], "Michel": ["Mike"], "Nicolas": ["Nico", "Nick"], "Alexander": ["Alex"], "Mikael": ["Micke"],
}  # fmt: skip


def pattern(chance: random.Random, form: str) -> str:
    """Return a code of this form: each 9 a digit, each A a letter; a first digit is no 0 unless written so."""
    digits = "0123456789"
    return "".join(
        chance.choice(digits) if sign == "9" else chance.choice("ABCDEFGHJKLMNPRSTVWXZ") if sign == "A" else sign
        for sign in form
    )
